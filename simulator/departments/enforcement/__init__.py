"""What the enforcement brigade hands over: firms, plans, inspections, hazards, cases, people and papers.

Beijing time, WGS-84, local town codes (old code beside the new street name). This module makes tables;
``simulator.files`` writes them into the drop folder by ``FORMS``.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from simulator import dirt, files
from simulator.dirt import DirtRates, Spoiler, Truth
from simulator.files import Form
from simulator.tables import Table, date_text, time_text, to_text
from simulator.world import FACTS, World, quarter_name

SERVICES = {"*": "folder"}
FORMS = {
    "enterprises": Form(
        "企业名录",
        groups=(("企业信息", 7), ("经营信息", 3), ("地址信息", 5)),
        summed=("从业人数",),
        total=True,
        hidden=("经度", "纬度"),
        numbers=("从业人数", "上年营业收入（万元）", "特种作业人数", "经度", "纬度"),
    ),
    "inspection_plan": Form(
        "检查计划",
        groups=(("计划对象", 3), ("计划安排", 2)),
        summed=("计划次数",),
        total=True,
        numbers=("计划次数",),
        dates=("计划检查日期",),
    ),
    "inspections": Form("执法检查", "gbk"),
    "hazards": Form("隐患清单", "utf-8-sig"),
    "hazard_events": Form("隐患流转", "utf-8-sig"),
    "cases": Form(
        "处罚案件",
        sheet="案件",
        groups=(("案件信息", 5), ("处罚信息", 4)),
        summed=("罚款（万元）",),
        total=True,
        numbers=("罚款（万元）",),
        dates=("立案日期", "决定日期", "移送公安日期"),
    ),
    "officer_certificates": Form(
        "站员证件",
        sheet="证件",
        groups=(("人员信息", 3), ("证件信息", 7)),
        dates=("发证日期", "有效期至", "最近复审", "注销日期"),
    ),
    "station_rosters": Form(
        "站所花名册",
        sheet="花名册",
        groups=(("站所", 3), ("人员信息", 3), ("任职信息", 5)),
        total=True,
        numbers=("序号",),
        dates=("入职日期", "离职日期"),
    ),
    "safety_officers": Form("安全管理人员", "gbk"),
    "special_operators": Form("特种作业人员", "gbk"),
}
DAY = np.timedelta64(86400, "s")
# which clause groups an industry meets, beside those that everybody meets
EXTRA_GROUPS = {
    "dyeing": ("CS", "HC", "SP"),
    "chemical": ("CS", "HC", "SP"),
    "chemfibre": ("HC", "SP"),
    "brewing": ("CS", "SP"),
    "machinery": ("SP",),
    "metal_smelt": ("SP", "CS"),
    "weaving": ("SP",),
    "construction": ("SP",),
}
COMMON_GROUPS = ("EX", "EL", "FI", "MG")
EVENTS = ("发现", "确认", "管控", "整改", "返工", "整改", "复查", "核销", "移交")


def build(world: World, rates: DirtRates, truth: Truth) -> list[Table]:
    """Return every file of every table of the contract, oldest first."""
    staff = _rosters(world, rates, truth)
    plan, inspections, found = _inspections(world, rates, truth, staff["officers"])
    hazards, events = _hazards(world, rates, truth, found)
    officers, operators = _firm_people(world, rates, truth)
    period, before = world.period, quarter_name(world.period, -1)
    firms = _enterprises(world, rates, truth)
    made = [
        (before, firms[0]),
        (period, firms[1]),
        *plan,
        *inspections,
        *hazards,
        *events,
        *_cases(world, rates, truth, found),
        (period, staff["certificates"]),
        (before, staff["roster_before"]),
        (period, staff["roster"]),
        (period, officers),
        (period, operators),
    ]
    return [table.of(version) for version, table in made]


def publish(out: Path, tables: list[Table], world: World) -> None:
    """Write the drop folder: workbooks and CSV files."""
    files.write(out, tables, FORMS)


def _by_age(counts: tuple[int, ...], world: World, q: int) -> int:
    """Return the count of quarter ``q``: the last of ``counts`` is the period's, the first is for all that are older."""
    return counts[max(0, len(counts) - world.span + q)]


def station_people(world: World) -> Table:
    """Return the roster of the stations without dirt, for departments that list the same people."""
    return _rosters(world.view(), DirtRates.clean(), Truth())["roster"]


def _town_columns(world: World, rates: DirtRates, town: np.ndarray, stream: str) -> tuple[np.ndarray, np.ndarray]:
    rng = world.rng(f"local code {stream}")
    old = rng.random(len(town)) < rates.local_code
    return np.where(old, world.towns["local_code9"][town], world.towns["nbs9"][town]), world.towns["name"][town].copy()


def _note_local_codes(s: Spoiler, world: World, column: str, town: np.ndarray) -> None:
    values = s.table.columns[column]
    changed = np.flatnonzero(values != world.towns["nbs9"][town])
    for row in changed:
        s.note(
            int(row), column, "#2 old town code beside the new street name", world.towns["nbs9"][town[row]], values[row]
        )


# firms


def _enterprises(world: World, rates: DirtRates, truth: Truth) -> tuple[Table, Table]:
    """Return the register at the end of the quarter before and of the period."""
    f, rng = world.firms, world.rng("register")
    n = len(f["no"])
    code, name = _town_columns(world, rates, f["town"], "register")
    yes = rng.random(n) < 0.1
    key = np.where(f["key"], np.where(yes, "Y", "是"), np.where(yes, "N", "否")).astype(object)
    staff = f["staff"].astype(int).astype(str).astype(object)
    villages = world.villages
    of_town = [villages["name"][villages["town"] == t] for t in range(16)]
    pick, house, county = rng.integers(0, 10**6, n), rng.integers(1, 900, n), rng.random(n) < 0.12
    address = np.array(
        [
            f"{'绍兴县' if c else '绍兴市柯桥区'}{world.towns['name'][t]}{of_town[t][p % len(of_town[t])]}{h}号"
            for c, t, p, h in zip(county, f["town"], pick, house, strict=True)
        ],
        dtype=object,
    )
    columns = {
        "企业编号": f["no"].copy(),
        "企业名称": f["name"].copy(),
        "统一社会信用代码": f["uscc"].copy(),
        "行业": f["word"].copy(),
        "从业人数": staff,
        "上年营业收入（万元）": to_text(f["revenue"], ".2f"),
        "重点企业": key,
        "重大危险源": np.where(f["major_source"], "是", "否").astype(object),
        "特种作业人数": f["operators"].astype(str).astype(object),
        "状态": f["status"].copy(),
        "镇街代码": code,
        "镇街": name,
        "地址": address,
        "经度": to_text(f["lon"], ".6f"),
        "纬度": to_text(f["lat"], ".6f"),
    }
    order = (
        "企业编号",
        "企业名称",
        "统一社会信用代码",
        "行业",
        "重点企业",
        "重大危险源",
        "状态",
        "从业人数",
        "上年营业收入（万元）",
        "特种作业人数",
        "镇街代码",
        "镇街",
        "地址",
        "经度",
        "纬度",
    )
    table = Table("enforcement", "enterprises", ("企业编号",), {c: columns[c] for c in order}).freeze_keys()
    s = Spoiler(table, truth, world.rng("dirt register"))
    for row in np.flatnonzero([u[2:8] == "330621" for u in f["uscc"]]):
        s.note(int(row), "统一社会信用代码", "#3 former county in a code (legitimate)", f["uscc"][row], f["uscc"][row])
    _note_local_codes(s, world, "镇街代码", f["town"])
    s.cells("统一社会信用代码", rates.uscc_wrong, "#12 USCC with a wrong character", dirt.uscc_wrong, "rejected")
    s.cells("统一社会信用代码", rates.uscc_form, "#12 USCC in another form", dirt.uscc_form, "repaired")
    s.text("企业名称", rates)
    s.text("地址", rates)
    s.text("行业", rates)
    s.cells("从业人数", rates.headcount_word, "#16 head-count in words", dirt.headcount_word, "repaired")
    s.empty("从业人数", rates, 0.3)
    s.cells(
        "上年营业收入（万元）",
        rates.thousands_comma,
        "#16 thousands comma",
        lambda v, r: f"{float(v):,.2f}",
        "repaired",
    )
    s.empty("上年营业收入（万元）", rates)
    s.empty("地址", rates, 0.5)
    s.points("经度", "纬度", rates)
    s.towns("镇街代码", "镇街", rates, list(world.towns["name"]), list(world.towns["nbs9"]))
    # the older file: some firms are not in it yet, some had other figures
    older = np.flatnonzero(rng.random(n) >= 0.006)
    before = table.take(older)
    before.columns = {c: v.copy() for c, v in before.columns.items()}
    changed = np.flatnonzero(rng.random(len(older)) < 0.05)
    for row in changed:
        before.columns["从业人数"][row] = str(max(2, int(f["staff"][older[row]] * 0.93)))
    s.repeat_rows(rates.duplicate_row)
    return before, table


# inspections


def _inspections(
    world: World, rates: DirtRates, truth: Truth, officers: list[list[str]]
) -> tuple[list, list, list[dict]]:
    """Plans and inspections by quarter, and what each inspection found."""
    rng, f, towns = world.rng("inspections"), world.firms, world.towns
    key = np.flatnonzero(f["key"])
    brigade = [f"330603{70000 + i}" for i in range(40)]
    # a share of the key firms of each town is reached within twelve months
    share = np.clip(0.62 + 0.38 * world.quality["enforcement"][f["town"], -1], 0, 1)
    reached = rng.random(len(f["no"])) < share
    plans, files, found = [], [], []
    for q, (period, first, last) in enumerate(world.quarters):
        planned = key[rng.random(len(key)) < np.where(reached[key], 0.80, 0.10)]
        planned = np.sort(planned)
        count = np.where(np.isin(f["industry"][planned], ["dyeing", "chemical", "metal_smelt"]), 2, 1)
        when = world.moments(rng, len(planned), first, last)
        plan_no = np.array([f"JH{period}{i:05d}" for i in range(1, len(planned) + 1)], dtype=object)
        table = Table(
            "enforcement",
            "inspection_plan",
            ("计划编号",),
            {
                "计划编号": plan_no,
                "企业编号": f["no"][planned],
                "镇街": towns["name"][f["town"][planned]],
                "计划检查日期": date_text(when),
                "计划次数": count.astype(str).astype(object),
            },
        ).freeze_keys()
        s = Spoiler(table, truth, world.rng(f"dirt plan {period}"))
        s.dates("计划检查日期", rates, required=True)
        s.text("镇街", rates)
        plans.append((period, table))
        done_share = np.clip(0.66 + 0.36 * world.quality["enforcement"][f["town"][planned], q], 0, 1)
        visits = np.repeat(np.arange(len(planned)), count)
        done = visits[(rng.random(len(visits)) < done_share[visits]) & reached[planned][visits]]
        by_plan = planned[done]
        at = when[done] + rng.integers(-6, 7, len(done)).astype("timedelta64[D]")
        # visits without a plan: other firms of the town, more where the town works well
        m = world.n(_by_age((1000, 1050, 1300, 1350), world, q))
        weight = (1.3 - f["quality"]) * np.where(f["key"], np.where(reached, 1.2, 0.0), 1.0)
        extra = rng.choice(len(f["no"]), m, p=weight / weight.sum())
        firm = np.concatenate([by_plan, extra])
        at = np.concatenate([at, world.moments(rng, m, first, last)])
        low, high = (
            first.astype("datetime64[s]") + np.timedelta64(9, "h"),
            last.astype("datetime64[s]") - np.timedelta64(8, "h"),
        )
        at = np.clip(at, low, high)
        number = np.concatenate([plan_no[done], np.full(m, None, dtype=object)])
        order = np.argsort(at, kind="stable")
        firm, at, number = firm[order], at[order], number[order]
        n, town = len(firm), f["town"][firm]
        rate = np.clip(
            np.array([2.6, 1.4, 1.9, 1.7, 0.95, 2.2, 2.0, 1.2, 2.9, 1.6, 3.4, 0.55, 0.28, 0.9, 1.8, 5.6])[town]
            * (0.7 + 0.7 * (1 - f["quality"][firm])),
            0.05,
            12,
        )
        hazards = rng.poisson(rate)
        inspection_no = np.array([f"JC{period}{i:05d}" for i in range(1, n + 1)], dtype=object)
        pick = rng.integers(0, 10**6, (2, n))
        one = np.array([_officer(officers[t], brigade, a) for t, a in zip(town, pick[0], strict=True)], dtype=object)
        two = np.array(
            [
                brigade[b % 40] if brigade[b % 40] != o else brigade[(b + 1) % 40]
                for b, o in zip(pick[1], one, strict=True)
            ],
            dtype=object,
        )
        two[rng.random(n) < 0.04] = None
        result = np.where(hazards == 0, "未发现隐患", np.where(rng.random(n) < 0.15, "当场整改", "发现隐患")).astype(
            object
        )
        code, name = _town_columns(world, rates, town, f"inspections {period}")
        table = Table(
            "enforcement",
            "inspections",
            ("检查编号",),
            {
                "检查编号": inspection_no,
                "计划编号": number,
                "企业编号": f["no"][firm],
                "镇街代码": code,
                "镇街": name,
                "检查时间": time_text(at),
                "执法人员一证号": one,
                "执法人员二证号": two,
                "检查结果": result,
            },
        ).freeze_keys()
        s = Spoiler(table, truth, world.rng(f"dirt inspections {period}"))
        _note_local_codes(s, world, "镇街代码", town)
        s.dates("检查时间", rates, required=True)
        s.text("镇街", rates, encodable="gbk")
        s.empty("执法人员二证号", rates)
        s.towns("镇街代码", "镇街", rates, list(towns["name"]), list(towns["nbs9"]))
        s.repeat_rows(rates.duplicate_row)
        files.append((period, table))
        found.append({"period": period, "firm": firm, "at": at, "no": inspection_no, "hazards": hazards})
    return plans, files, found


def _officer(own: list[str], brigade: list[str], pick: int) -> str:
    return own[pick % len(own)] if own and pick % 3 else brigade[pick % len(brigade)]


# hazards


def _clauses() -> dict[str, str]:
    with open(FACTS / "clauses.csv", encoding="utf-8") as handle:
        return {row["code"]: row["zh"] for row in csv.DictReader(handle)}


def _hazards(world: World, rates: DirtRates, truth: Truth, found: list[dict]) -> tuple[list, list]:
    """Hazard lists and event logs by quarter, from one life of each hazard."""
    rng, f = world.rng("hazards"), world.firms
    clauses = _clauses()
    firm, at, quarter, inspection, source = _finds(world, rng, found)
    n, town = len(firm), f["town"][firm]
    good = world.quality["hazard"][town, quarter]
    clause = _clause_column(world, rng, firm, at, good, list(clauses))
    grade = np.full(n, "general", dtype=object)
    draw = rng.random(n)
    risky = np.isin(f["industry"][firm], ["dyeing", "chemical", "chemfibre", "metal_smelt", "warehouse", "crowded"])
    grade[draw < 0.055] = "serious"
    grade[draw < np.where(risky, 0.013, 0.004)] = "major"
    quick = (grade == "general") & (rng.random(n) < 0.22)
    limit = np.where(
        grade == "major", rng.integers(25, 61, n), np.where(grade == "serious", 30, np.where(quick, 3, 15))
    )
    deadline = at.astype("datetime64[D]") + limit.astype("timedelta64[D]")
    own = f["quality"][firm]
    p = np.where(grade == "major", 0.74 + 0.26 * good, 0.785 + 0.185 * (0.75 * good + 0.25 * own))
    on_time = rng.random(n) < p
    pace = np.clip(rng.beta(2.2 + 3.2 * (1 - good), 2.4) * 0.9 + 0.05, 0.04, 0.93)
    late = 1.10 + rng.gamma(1.4, 0.45, n)
    seconds = limit * 86400.0
    rectified = at + (np.where(on_time, pace, late) * seconds).astype(int).astype("timedelta64[s]")
    closed = rectified + (rng.uniform(0.02, 0.05, n) * seconds).astype(int).astype("timedelta64[s]")
    # late ones are rectified after the deadline's day is over, the very late ones never
    closed = np.where(on_time, closed, np.maximum(closed, rectified + np.timedelta64(3600, "s")))
    never = ~on_time & (rng.random(n) < 0.12)
    moved = rng.random(n) < 0.006
    end = world.end.astype("datetime64[s]")
    times = _event_times(rng, n, at, rectified, closed, limit)
    times["移交"] = np.where(moved, times["管控"] + np.timedelta64(7200, "s"), np.datetime64("NaT"))
    never |= moved
    rework = (rng.random(n) < 0.07 + 0.06 * (1 - good)) & ~quick
    times["返工"] = np.where(rework, times["整改"], np.datetime64("NaT"))
    times["整改一"] = np.where(rework, times["确认"] + (times["整改"] - times["确认"]) // 2, np.datetime64("NaT"))
    times["返工"] = np.where(rework, times["整改一"] + (times["整改"] - times["整改一"]) // 3, np.datetime64("NaT"))
    for step in ("整改", "复查", "核销"):
        times[step] = np.where(never, np.datetime64("NaT"), times[step])
    for step in ("返工", "整改一"):
        times[step] = np.where(never, np.datetime64("NaT"), times[step])
    number = np.array(
        [f"YH{world.quarters[q][0]}{i:06d}" for q, i in zip(quarter, _count_within(quarter), strict=True)], dtype=object
    )
    plan = np.where(
        (grade == "major") & (rng.random(n) < 0.78 + 0.2 * good),
        at.astype("datetime64[D]") + rng.integers(1, 7, n).astype("timedelta64[D]"),
        np.datetime64("NaT"),
    )
    _spoil_times(world, rates, truth, times, number, good)
    lists = _hazard_lists(
        world,
        rates,
        truth,
        rng,
        {
            "firm": firm,
            "town": town,
            "at": at,
            "quarter": quarter,
            "inspection": inspection,
            "source": source,
            "clause": clause,
            "grade": grade,
            "deadline": deadline,
            "plan": plan,
            "number": number,
        },
        times,
        clauses,
    )
    return lists, _event_logs(world, rates, truth, rng, number, town, times, end)


def _finds(world: World, rng: np.random.Generator, found: list[dict]) -> tuple:
    """Who was found with a hazard, when and by whom: inspections first, then grid, firm and machines."""
    f = world.firms
    parts: list[tuple] = []
    for q, ((_period, first, last), seen) in enumerate(zip(world.quarters, found, strict=True)):
        each = np.repeat(np.arange(len(seen["firm"])), seen["hazards"])
        minutes = rng.integers(2, 90, len(each)).astype("timedelta64[m]")
        parts.append(
            (
                seen["firm"][each],
                seen["at"][each] + minutes,
                np.full(len(each), q),
                seen["no"][each],
                np.full(len(each), "执法检查", dtype=object),
            )
        )
        m = world.n(_by_age((1500, 1700, 3000, 3000), world, q))
        weight = np.where(f["key"], 4.0, 1.0) * (1.35 - f["quality"])
        firm = rng.choice(len(f["no"]), m, p=weight / weight.sum())
        smart = 0.03 + 0.20 * world.quality["device"][f["town"][firm], q]
        draw = rng.random(m)
        source = np.where(draw < smart, "智巡", np.where(draw < 0.62, "网格巡查", "企业自查")).astype(object)
        parts.append((firm, world.moments(rng, m, first, last), np.full(m, q), np.full(m, None, dtype=object), source))
    firm, at, quarter, inspection, source = (np.concatenate(c) for c in zip(*parts, strict=True))
    order = np.lexsort((firm, at))
    return firm[order], at[order], quarter[order], inspection[order], source[order]


def _count_within(groups: np.ndarray) -> np.ndarray:
    """Return each row's number within its group, from 1, in order."""
    order = np.argsort(groups, kind="stable")
    sizes = np.unique(groups[order], return_counts=True)[1]
    out = np.empty(len(groups), int)
    out[order] = np.arange(len(groups)) - np.repeat(np.concatenate([[0], np.cumsum(sizes)[:-1]]), sizes) + 1
    return out


def _clause_column(
    world: World, rng: np.random.Generator, firm: np.ndarray, at: np.ndarray, good: np.ndarray, codes_: list[str]
) -> np.ndarray:
    """Give each hazard a clause: a firm walks through its clauses, and now and then meets the last one again."""
    f = world.firms
    lists = {
        industry: np.array([c for c in codes_ if c[:2] in COMMON_GROUPS + EXTRA_GROUPS.get(industry, ())], dtype=object)
        for industry in set(f["industry"])
    }
    length = np.array([len(lists[i]) for i in f["industry"]])
    start = rng.integers(0, 10**6, len(length))
    again = rng.random(len(firm)) < 0.03 + 0.33 * (1 - good)
    order = np.lexsort((at, firm))
    position = np.empty(len(firm), int)
    step, last = 0, -1
    for row in order:
        if firm[row] != last:
            step, last = 0, firm[row]
        elif not again[row]:
            step += 1
        position[row] = step
    # 7 shares no factor with the list lengths 13 to 25 except 14 and 21, which are walked by 5
    stride = np.where(length % 7 == 0, 5, 7)
    index = (start[firm] + position * stride[firm]) % length[firm]
    return np.array([lists[f["industry"][x]][i] for x, i in zip(firm, index, strict=True)], dtype=object)


def _event_times(
    rng: np.random.Generator, n: int, at: np.ndarray, rectified: np.ndarray, closed: np.ndarray, limit: np.ndarray
) -> dict[str, np.ndarray]:
    room = (rectified - at).astype(int)
    confirm = at + (room * rng.uniform(0.02, 0.12, n)).astype(int).astype("timedelta64[s]")
    control = confirm + (room * rng.uniform(0.01, 0.10, n)).astype(int).astype("timedelta64[s]")
    review = rectified + ((closed - rectified).astype(int) * rng.uniform(0.3, 0.8, n)).astype(int).astype(
        "timedelta64[s]"
    )
    return {
        "发现": at.copy(),
        "确认": confirm,
        "管控": control,
        "整改": rectified.copy(),
        "复查": review,
        "核销": closed.copy(),
    }


def _spoil_times(
    world: World, rates: DirtRates, truth: Truth, times: dict[str, np.ndarray], number: np.ndarray, good: np.ndarray
) -> None:
    """Close hazards before they were found, and many at 23:59 of the quarter's last day (#19)."""
    rng = world.rng("dirt hazard times")
    table = Table("enforcement", "hazards", ("隐患编号",), {"隐患编号": number})
    s = Spoiler(table, truth, rng)
    closed = times["核销"]
    batch = np.zeros(len(number), bool)
    for _period, _first, last in world.quarters:
        stroke = last.astype("datetime64[s]") - np.timedelta64(60, "s")
        near = (
            (closed < stroke)
            & (closed > stroke - np.timedelta64(5, "D"))
            & (rng.random(len(closed)) < rates.batch_close * 10 * (1.1 - good))
        )
        for row in np.flatnonzero(near):
            s.note(int(row), "核销", "#19 batch close at 23:59", str(closed[row]), str(stroke))
        closed[near] = stroke
        batch |= near
    for row in np.flatnonzero(~np.isnat(closed) & ~batch & (rng.random(len(closed)) < rates.close_before_discover)):
        early = times["发现"][row] - np.timedelta64(int(rng.integers(1, 48)) * 3600, "s")
        s.note(int(row), "核销", "#19 close before discover", str(closed[row]), str(early))
        closed[row] = early


def _status(
    times: dict[str, np.ndarray], moment: np.datetime64, words: dict[str, list[str]], rng: np.random.Generator
) -> np.ndarray:
    n = len(times["发现"])
    state = np.full(n, "discovered", dtype=object)
    for step, name in (
        ("确认", "confirmed"),
        ("管控", "rectifying"),
        ("整改", "rectified"),
        ("核销", "closed"),
        ("移交", "transferred"),
    ):
        state[times[step] <= moment] = name
    pick = rng.integers(0, 10**6, n)
    plain = rng.random(n) >= 0.10
    return np.array(
        [words[s][0 if p else k % len(words[s])] for s, p, k in zip(state, plain, pick, strict=True)], dtype=object
    )


STATUS_WORDS = {
    "discovered": ["待确认"],
    "confirmed": ["已确认"],
    "rectifying": ["整改中", "待整改"],
    "rectified": ["已整改", "整改完毕", "待复查"],
    "closed": ["已销号", "核销", "办结", "完成", "已闭环"],
    "transferred": ["已移交"],
}
GRADE_WORDS = {
    "general": ["一般", "一般隐患", "普通", "Ⅳ级", "四级", "蓝"],
    "serious": ["较大", "较大隐患", "Ⅱ级"],
    "major": ["重大", "重大隐患", "Ⅰ级"],
}


def _hazard_lists(
    world: World,
    rates: DirtRates,
    truth: Truth,
    rng: np.random.Generator,
    h: dict[str, np.ndarray],
    times: dict[str, np.ndarray],
    clauses: dict[str, str],
) -> list:
    f, towns = world.firms, world.towns
    n = len(h["firm"])
    code, name = _town_columns(world, rates, h["town"], "hazards")
    tails = ["", "，要求限期整改", "，现场拍照取证", "，已告知负责人", "，车间东侧", "，仓库内"]
    tail = rng.integers(0, len(tails), n)
    text = np.array([clauses[c] + tails[t] for c, t in zip(h["clause"], tail, strict=True)], dtype=object)
    word = np.array([GRADE_WORDS[g][0] for g in h["grade"]], dtype=object)
    near = rng.normal(0, 0.0004, (2, n))
    common = {
        "隐患编号": h["number"],
        "检查编号": h["inspection"],
        "企业编号": f["no"][h["firm"]],
        "镇街代码": code,
        "镇街": name,
        "来源": h["source"],
        "条款代码": h["clause"],
        "隐患描述": text,
        "隐患等级": word,
        "发现时间": time_text(h["at"]),
        "整改期限": date_text(h["deadline"]),
        "治理方案日期": date_text(h["plan"]),
        "经度": to_text(f["lon"][h["firm"]] + near[0], ".6f"),
        "纬度": to_text(f["lat"][h["firm"]] + near[1], ".6f"),
    }
    table = Table(
        "enforcement", "hazards", ("隐患编号",), {**common, "状态": np.full(n, "", dtype=object)}
    ).freeze_keys()
    s = Spoiler(table, truth, world.rng("dirt hazards"))
    _note_local_codes(s, world, "镇街代码", h["town"])
    s.cells("隐患等级", rates.status_word, "#18 grade word", lambda v, r: _word(GRADE_WORDS, v, r), "repaired")
    s.dates("发现时间", rates, required=True)
    s.dates("整改期限", rates)
    s.text("隐患描述", rates)
    s.text("镇街", rates)
    s.empty("整改期限", rates, 0.2)
    s.empty("隐患描述", rates, 0.5)
    s.points("经度", "纬度", rates)
    s.towns("镇街代码", "镇街", rates, list(towns["name"]), list(towns["nbs9"]))
    out = []
    previous: np.ndarray | None = None
    for q, (period, _first, last) in enumerate(world.quarters):
        status = _status(times, last.astype("datetime64[s]"), STATUS_WORDS, world.rng(f"status words {q}"))
        mine = h["quarter"] == q
        if previous is not None:
            # hazards of the quarter before come again when their state changed
            mine |= (h["quarter"] == q - 1) & (previous != status) & ~np.isin(previous, STATUS_WORDS["closed"])
        rows = np.flatnonzero(mine)
        part = table.take(rows)
        part.columns["状态"] = status[rows]
        spoil = Spoiler(part, truth, world.rng(f"dirt hazards {period}"))
        for row in np.flatnonzero(~np.isin(part.columns["状态"], [w[0] for w in STATUS_WORDS.values()])):
            spoil.note(int(row), "状态", "#18 status word", None, part.columns["状态"][row], "repaired")
        spoil.repeat_rows(rates.duplicate_row)
        out.append((period, part))
        previous = status
    return out


def _word(words: dict[str, list[str]], value: object, rng: np.random.Generator) -> str:
    options = next(w for w in words.values() if w[0] == value)
    return options[1 + int(rng.integers(len(options) - 1))]


def _event_logs(
    world: World,
    rates: DirtRates,
    truth: Truth,
    rng: np.random.Generator,
    number: np.ndarray,
    town: np.ndarray,
    times: dict[str, np.ndarray],
    end: np.datetime64,
) -> list:
    n = len(number)
    steps = [
        ("发现", "发现"),
        ("确认", "确认"),
        ("管控", "管控"),
        ("整改一", "整改"),
        ("返工", "返工"),
        ("整改", "整改"),
        ("复查", "复查"),
        ("核销", "核销"),
        ("移交", "移交"),
    ]
    hazard = np.concatenate([np.arange(n)] * len(steps))
    step = np.repeat(np.arange(len(steps)), n)
    at = np.concatenate([times[k] for k, _ in steps])
    actor_no = rng.integers(1, 7, len(hazard))
    finder = actor_no[:n]
    same_actor = rng.random(n) < 0.03
    closer = step == 7
    actor_no[closer] = np.where(same_actor, finder, actor_no[closer] + 6)
    photo = rng.integers(0, 2**63 - 1, len(hazard))
    has_photo = np.isin(step, (0, 5))
    same = rng.random(n) < rates.same_photo
    photo[step == 5] = np.where(same, photo[:n], photo[step == 5])
    keep = ~np.isnat(at) & (at < end)
    hazard, step, at, actor_no, photo, has_photo = (x[keep] for x in (hazard, step, at, actor_no, photo, has_photo))
    order = np.lexsort((step, hazard, at))
    hazard, step, at, actor_no, photo, has_photo = (x[order] for x in (hazard, step, at, actor_no, photo, has_photo))
    words = np.array([w for _, w in steps], dtype=object)[step]
    recorded = at + rng.integers(10, 4000, len(at)).astype("timedelta64[s]")
    back = rng.random(len(at)) < 0.01
    recorded = np.where(back, at + rng.integers(86400, 86400 * 5, len(at)).astype("timedelta64[s]"), recorded)
    # an event before the first quarter (a close before the find) goes with the first file
    bounds = np.array([q[2] for q in world.quarters], dtype="datetime64[s]")
    quarter = np.minimum(np.searchsorted(bounds, at, side="right"), world.span - 1)
    actor = np.array([f"ZY{t + 1:02d}{a:03d}" for t, a in zip(town[hazard], actor_no, strict=True)], dtype=object)
    table = Table(
        "enforcement",
        "hazard_events",
        ("流水号",),
        {
            "流水号": np.array([f"LZ{i:07d}" for i in range(1, len(at) + 1)], dtype=object),
            "隐患编号": number[hazard],
            "环节": words,
            "经办人工号": actor,
            "发生时间": time_text(at),
            "录入时间": time_text(recorded),
            "照片指纹": np.array(
                [f"{p:016x}" if h else None for p, h in zip(photo, has_photo, strict=True)], dtype=object
            ),
        },
    ).freeze_keys()
    s = Spoiler(table, truth, world.rng("dirt hazard events"))
    for row in np.flatnonzero((step == 5) & same[hazard]):
        s.note(int(row), "照片指纹", "#19 same photo before and after", None, table.columns["照片指纹"][row])
    light = DirtRates(
        **{
            **rates.__dict__,
            "date_form": rates.date_form / 2,
            "excel_serial": rates.excel_serial / 3,
            "impossible_date": rates.impossible_date / 3,
        }
    )
    s.dates("发生时间", light, required=True)
    s.dates("录入时间", light)
    s.empty("照片指纹", rates, 0.3)
    s.empty("经办人工号", rates, 0.2)
    out = []
    for q, (period, _first, _last) in enumerate(world.quarters):
        part = table.take(np.flatnonzero(quarter == q))
        Spoiler(part, truth, world.rng(f"dirt hazard events {period}")).repeat_rows(rates.duplicate_row / 2)
        out.append((period, part))
    return out


# cases


def _cases(world: World, rates: DirtRates, truth: Truth, found: list[dict]) -> list:
    rng, f, towns = world.rng("cases"), world.firms, world.towns
    parts: dict[str, list] = {}
    for q, (period, _first, last) in enumerate(world.quarters):
        seen = found[q]
        n = min(world.n(150), len(seen["firm"]))
        weight = (seen["hazards"] + 0.05) * (1.2 - f["quality"][seen["firm"]])
        pick = np.sort(rng.choice(len(seen["firm"]), n, replace=False, p=weight / weight.sum()))
        filed = np.minimum(
            seen["at"][pick].astype("datetime64[D]") + rng.integers(2, 25, n).astype("timedelta64[D]"),
            last - np.timedelta64(1, "D"),
        )
        kind = rng.choice(np.array(["警告", "罚款", "责令停产停业"], dtype=object), n, p=[0.18, 0.78, 0.04])
        fine = np.where(kind == "警告", 0.0, np.round(np.exp(rng.normal(0.6, 0.8, n)), 2))
        transfer = np.full(n, np.datetime64("NaT"), dtype="datetime64[D]")
        for i in rng.choice(n, min(2, n), replace=False):
            transfer[i] = min(filed[i] + np.timedelta64(12, "D"), last - np.timedelta64(1, "D"))
        for column, values in {
            "no": np.array([f"（柯）应急罚〔{period[:4]}〕{q + 1}{i:03d}号" for i in range(1, n + 1)], dtype=object),
            "firm": seen["firm"][pick],
            "filed": filed,
            "decided": filed + rng.integers(15, 85, n).astype("timedelta64[D]"),
            "kind": kind,
            "fine": fine,
            "daily": rng.random(n) < 0.02,
            "transfer": transfer,
            "quarter": np.full(n, q),
        }.items():
            parts.setdefault(column, []).append(values)
    c = {k: np.concatenate(v) for k, v in parts.items()}
    table = Table(
        "enforcement",
        "cases",
        ("案号",),
        {
            "案号": c["no"],
            "企业编号": f["no"][c["firm"]],
            "镇街": towns["name"][f["town"][c["firm"]]].copy(),
            "立案日期": date_text(c["filed"]),
            "决定日期": np.full(len(c["no"]), None, dtype=object),
            "处罚种类": c["kind"],
            "罚款（万元）": to_text(c["fine"], ".2f"),
            "按日计罚": np.where(c["daily"], "是", "否").astype(object),
            "移送公安日期": date_text(c["transfer"]),
        },
    ).freeze_keys()
    s = Spoiler(table, truth, world.rng("dirt cases"))
    s.dates("立案日期", rates, required=True)
    s.text("镇街", rates)
    s.text("处罚种类", rates)
    out = []
    for q, (period, first, last) in enumerate(world.quarters):
        decided = c["decided"] < last
        rows = np.flatnonzero((c["quarter"] == q) | ((c["quarter"] < q) & decided & (c["decided"] >= first)))
        part = table.take(rows)
        part.columns["决定日期"] = np.where(decided[rows], date_text(c["decided"][rows]), None)
        spoil = Spoiler(part, truth, world.rng(f"dirt cases {period}"))
        spoil.dates("决定日期", rates)
        out.append((period, part))
    return out


# people and papers


def _rosters(world: World, rates: DirtRates, truth: Truth) -> dict:
    """Rosters of the 16 stations and the certificates of their people. Few rows: plain loops."""
    rng = world.rng("rosters")
    order = np.argsort(world.quality["staff"][:, -1])
    full = np.empty(16, int)
    full[order] = [2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5]
    part = np.empty(16, int)
    part[order] = np.clip(np.sort(np.round(rng.normal(11, 1.9, 16)).astype(int)), 8, 15)
    part = np.clip(part + rng.integers(-1, 2, 16), 8, 15)
    valid = np.empty(16, int)
    valid[order] = [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 2, 2, 3]
    count = int((full + part).sum()) + 12
    people = world.people("stations", count, 46.5, 8.5)
    end, start = world.end, world.start
    roster: list[dict] = []
    certificates: list[dict] = []
    officers: list[list[str]] = [[] for _ in range(16)]
    serial, at = 0, 0

    def person(t: int, post: str, employment: str, hired: np.datetime64, left: np.datetime64 | None = None) -> dict:
        nonlocal at
        p = {
            "town": t,
            "name": people["name"][at],
            "id": people["id"][at],
            "phone": people["phone"][at],
            "post": post,
            "employment": employment,
            "hired": hired,
            "left": left,
            "birth": people["birth"][at],
        }
        at += 1
        roster.append(p)
        return p

    def certificate(
        p: dict,
        kind: str,
        issued: np.datetime64,
        months: int | None,
        level: str | None = None,
        reviewed: np.datetime64 | None = None,
        revoked: np.datetime64 | None = None,
    ) -> dict:
        nonlocal serial
        serial += 1
        prefix = {
            "行政执法证": "330603",
            "执法资格": "ZG",
            "辅助人员考试合格": "FK",
            "任职培训合格": "RZ",
            "应急救援员": "JY",
            "红十字救护员": "HS",
        }[kind]
        c = {
            "town": p["town"],
            "name": p["name"],
            "id": p["id"],
            "kind": kind,
            "no": f"{prefix}{10000 + serial}",
            "level": level,
            "issued": issued,
            "to": None if months is None else _add_months(issued, months),
            "reviewed": reviewed,
            "revoked": revoked,
        }
        certificates.append(c)
        return c

    def days_before(least: int, most: int) -> np.datetime64:
        return end - np.timedelta64(int(rng.integers(least, most)), "D")

    for t in range(16):
        own = max(int(valid[t]), round(float(full[t]) * 0.4), 1 if rng.random() < 0.8 else 0)
        own = min(own, int(full[t]))
        staff = []
        for i in range(int(full[t])):
            quota = i < own
            # one station has nobody in the head's post
            headed = i == 0 and t != int(order[2])
            post = (
                "站长"
                if headed and (quota or rng.random() < 0.5)
                else ("执法岗" if quota else ("救援岗", "内勤", "救援岗")[i % 3])
            )
            hired = days_before(40, 340) if not quota and rng.random() < 0.3 else days_before(400, 3500)
            staff.append(person(t, post, "在编" if quota else "辅助", hired))
        if staff[0]["post"] == "站长" and rng.random() < 0.85:
            # appointment training holds for twelve months
            certificate(
                staff[0], "任职培训合格", days_before(20, 330) if rng.random() < 0.85 else days_before(370, 700), 12
            )
        for i in range(own):
            if i < valid[t]:
                c = certificate(staff[i], "行政执法证", days_before(120, 1500), 60)
                if rng.random() < 0.15:
                    c["issued"], c["to"] = days_before(1745, 1800), None
                    c["to"] = _add_months(c["issued"], 60)
                officers[t].append(c["no"])
            else:
                draw = rng.random()
                if draw < 0.30:
                    certificate(staff[i], "行政执法证", days_before(1850, 2300), 60)
                elif draw < 0.42:
                    certificate(staff[i], "行政执法证", days_before(300, 1200), 60, revoked=days_before(20, 200))
                elif draw < 0.75:
                    certificate(
                        staff[i],
                        "执法资格",
                        days_before(30, 1500) if rng.random() < 0.7 else days_before(1690, 1790),
                        60,
                    )
        for p in staff[own:]:
            if rng.random() < 0.50 + 0.45 * world.quality["staff"][t, -1]:
                certificate(p, "辅助人员考试合格", days_before(30, 1400), 60 if rng.random() < 0.95 else 24)
            if rng.random() < 0.10:
                # an auxiliary never counts, whatever paper is shown
                certificate(p, "行政执法证", days_before(200, 1500), 60)
        for _ in range(int(part[t])):
            staff.append(person(t, "救援岗" if rng.random() < 0.75 else "内勤", "兼职", days_before(60, 2500)))
        for p in staff:
            if p["post"] == "救援岗" and rng.random() < 0.10 + 0.45 * world.quality["staff"][t, -1]:
                level = ("五级", "五级", "五级", "四级", "三级")[int(rng.integers(5))]
                c = certificate(p, "应急救援员", days_before(100, 1500), None, level)
                if rng.random() < 0.8:
                    c["reviewed"] = c["issued"] + np.timedelta64(int(rng.integers(200, 900)), "D")
                    if c["reviewed"] > end:
                        c["reviewed"] = None
            if rng.random() < 0.22 + 0.35 * world.quality["staff"][t, -1]:
                stale = rng.random() < 0.02 + 0.22 * (1 - world.quality["staff"][t, -1])
                certificate(p, "红十字救护员", days_before(1110, 1600) if stale else days_before(60, 1085), 36)
    # leavers of the period, and two changes that the two quarters show
    for t in rng.choice(16, 6, replace=False):
        person(int(t), "救援岗", "兼职" if rng.random() < 0.6 else "辅助", days_before(800, 2000), days_before(15, 170))
    rising, falling = int(order[13]), int(order[12])
    if officers[rising]:
        next(c for c in certificates if c["no"] == officers[rising][-1]).update(
            issued=start + np.timedelta64(38, "D"), to=start + np.timedelta64(38 + 1826, "D")
        )
    spare = next(
        (p for p in roster if p["town"] == falling and p["employment"] == "在编" and p["post"] != "站长"), None
    )
    if spare is not None:
        certificate(spare, "行政执法证", _add_months(start + np.timedelta64(33, "D"), -60), 60)
    return _roster_tables(world, rates, truth, roster, certificates, officers)


def _add_months(day: np.datetime64, months: int) -> np.datetime64:
    month = day.astype("datetime64[M]")
    offset = min(int((day - month.astype("datetime64[D]")).astype(int)), 27)
    return (month + np.timedelta64(months, "M")).astype("datetime64[D]") + np.timedelta64(offset, "D")


def _days(values: list) -> np.ndarray:
    return date_text(np.array([np.datetime64("NaT") if v is None else v for v in values], dtype="datetime64[D]"))


def _roster_tables(
    world: World,
    rates: DirtRates,
    truth: Truth,
    roster: list[dict],
    certificates: list[dict],
    officers: list[list[str]],
) -> dict:
    rng, towns = world.rng("roster tables"), world.towns
    # head-counts that differ (#21): a part-timer listed a second time as auxiliary, one who left without a date
    stations = [int(t) for t in np.flatnonzero(rng.random(16) < rates.headcount_difference * 2)][:4]
    notes = []
    for t in stations:
        twin = next(p for p in roster if p["town"] == t and p["employment"] == "兼职")
        roster.append({**twin, "employment": "辅助", "post": "内勤"})
        notes.append((len(roster) - 1, "用工性质", "#21 part-time counted also full-time", "兼职", "辅助"))
    roster_at = sorted(range(len(roster)), key=lambda i: (roster[i]["town"], i))
    people = [roster[i] for i in roster_at]
    n = len(people)
    town = np.array([p["town"] for p in people])
    newest = np.full(n, str((world.end - 1).astype("datetime64[M]")).replace("-", ""), dtype=object)
    gone = np.flatnonzero([p["employment"] == "兼职" and p["left"] is None for p in people])
    gone = gone[rng.random(len(gone)) < rates.headcount_difference / 6]
    for row in gone:
        newest[row] = str((world.start - 120).astype("datetime64[M]")).replace("-", "")
    code, _ = _town_columns(world, rates, town, "rosters")
    table = Table(
        "enforcement",
        "station_rosters",
        ("序号",),
        {
            "序号": np.array([str(i) for i in range(1, n + 1)], dtype=object),
            "应急管理站": towns["name"][town].copy(),
            "镇街代码": code,
            "姓名": np.array([p["name"] for p in people], dtype=object),
            "身份证号": np.array([p["id"] for p in people], dtype=object),
            "手机": np.array([p["phone"] for p in people], dtype=object),
            "岗位": np.array([p["post"] for p in people], dtype=object),
            "用工性质": np.array([p["employment"] for p in people], dtype=object),
            "入职日期": _days([p["hired"] for p in people]),
            "离职日期": _days([p["left"] for p in people]),
            "最近社保月": newest,
        },
    ).freeze_keys()
    s = Spoiler(table, truth, world.rng("dirt rosters"))
    position = {i: row for row, i in enumerate(roster_at)}
    for i, column, kind, clean, dirty in notes:
        s.note(position[i], column, kind, clean, dirty)
    for row in gone:
        s.note(int(row), "最近社保月", "#21 moved out but still listed", None, newest[row])
    s.cells("身份证号", rates.id_form, "#14 identity number form", dirt.id_form, "repaired")
    s.cells("姓名", rates.hidden_character, "#14 name with a space", lambda v, r: v[0] + " " + v[1:], "repaired")
    s.phones("手机", rates)
    s.empty("手机", rates)
    s.dates("入职日期", rates)
    s.text("应急管理站", rates)
    # the older roster: those hired in the period are not there yet, nobody has left in the period yet
    hired = np.array([p["hired"] for p in people], dtype="datetime64[D]")
    older = np.flatnonzero(hired < world.start)
    before = table.take(older)
    before.columns = {c: v.copy() for c, v in before.columns.items()}
    left = np.array(
        [np.datetime64("NaT") if people[i]["left"] is None else people[i]["left"] for i in older], dtype="datetime64[D]"
    )
    before.columns["离职日期"][left >= world.start] = None
    return {
        "roster": table,
        "roster_before": before,
        "officers": officers,
        "certificates": _certificate_table(world, rates, truth, certificates),
    }


def _certificate_table(world: World, rates: DirtRates, truth: Truth, certificates: list[dict]) -> Table:
    towns = world.towns
    rows = sorted(certificates, key=lambda c: (c["town"], c["no"]))
    table = Table(
        "enforcement",
        "officer_certificates",
        ("证件类型", "证件编号"),
        {
            "应急管理站": np.array([towns["name"][c["town"]] for c in rows], dtype=object),
            "姓名": np.array([c["name"] for c in rows], dtype=object),
            "身份证号": np.array([c["id"] for c in rows], dtype=object),
            "证件类型": np.array([c["kind"] for c in rows], dtype=object),
            "证件编号": np.array([c["no"] for c in rows], dtype=object),
            "等级": np.array([c["level"] for c in rows], dtype=object),
            "发证日期": _days([c["issued"] for c in rows]),
            "有效期至": _days([c["to"] for c in rows]),
            "最近复审": _days([c["reviewed"] for c in rows]),
            "注销日期": _days([c["revoked"] for c in rows]),
        },
    ).freeze_keys()
    s = Spoiler(table, truth, world.rng("dirt certificates"))
    c = table.columns
    minor = ~np.isin(c["证件类型"], ["行政执法证"])
    kinds = world.rng("dirt certificate gaps").random(len(rows))
    for row in np.flatnonzero(kinds < rates.certificate_gap):
        if kinds[row] < rates.certificate_gap * 0.6 and c["有效期至"][row] is not None:
            s.note(int(row), "有效期至", "#20 certificate without valid_to", c["有效期至"][row], None, "flagged")
            c["有效期至"][row] = None
        elif kinds[row] < rates.certificate_gap * 0.8 and minor[row]:
            s.note(int(row), "发证日期", "#20 certificate without any date", c["发证日期"][row], None, "flagged")
            c["发证日期"][row], c["有效期至"][row], c["最近复审"][row] = None, None, None
        elif minor[row]:
            other = c["身份证号"][(row + 7) % len(rows)]
            s.note(
                int(row),
                "身份证号",
                "#20 certificate with another person's number",
                c["身份证号"][row],
                other,
                "flagged",
            )
            c["身份证号"][row] = other
    s.cells("姓名", rates.hidden_character, "#14 name with a space", lambda v, r: v[0] + " " + v[1:], "repaired")
    s.cells("身份证号", rates.id_form, "#14 identity number form", dirt.id_form, "repaired")
    s.cells(
        "证件编号",
        rates.hidden_character / 4,
        "#15 null token in a key",
        lambda v, r: "待补充",
        "rejected",
        where=minor,
    )
    s.dates("发证日期", rates)
    s.dates("有效期至", rates)
    s.empty("有效期至", rates, 0.5)
    s.text("应急管理站", rates)
    return table


def _firm_people(world: World, rates: DirtRates, truth: Truth) -> tuple[Table, Table]:
    """Safety officers and special operators of firms, some missing, some with papers out of date."""
    rng, f = world.rng("firm people"), world.firms
    own, staff = f["quality"], f["staff"]
    high = np.isin(f["industry"], ["chemical", "metal_smelt", "construction", "transport"]) | f["major_source"]
    need = np.where(
        high,
        np.where(staff >= 300, np.ceil(0.01 * staff), np.where(staff >= 100, 3, np.where(staff >= 50, 2, 1))),
        np.where(staff >= 300, 2, np.where(staff >= 100, 1, 0)),
    ).astype(int)
    need = np.where(f["industry"] == "chemical", np.maximum(need, np.ceil(0.02 * staff).astype(int)), need)
    listed = f["key"] | (rng.random(len(staff)) < 0.55)
    short = rng.random(len(staff)) < 0.30 - 0.26 * own
    full = np.where(short, np.maximum(need - 1, 0), need)
    part = np.where((need == 0) & ~short, 1, 0)
    firm = np.concatenate(
        [
            np.flatnonzero(listed),
            np.repeat(np.arange(len(staff)), np.where(listed, full, 0)),
            np.flatnonzero(listed & (part > 0)),
        ]
    )
    role = np.concatenate(
        [
            np.full(int(listed.sum()), "主要负责人", dtype=object),
            np.full(int(np.where(listed, full, 0).sum()), "专职安全员", dtype=object),
            np.full(int((listed & (part > 0)).sum()), "兼职安全员", dtype=object),
        ]
    )
    order = np.argsort(firm, kind="stable")
    firm, role = firm[order], role[order]
    n = len(firm)
    people = world.people("safety officers", n, 43, 9)
    issued = world.end - rng.integers(30, 1040, n).astype("timedelta64[D]")
    stale = rng.random(n) < 0.10 - 0.08 * own[firm]
    issued = np.where(stale, issued - np.timedelta64(1100, "D"), issued)
    none = (rng.random(n) < 0.12 - 0.09 * own[firm]) & ~high[firm]
    number = np.array([None if m else f"AQ{world.period[:4]}{i:06d}" for i, m in enumerate(none, 1)], dtype=object)
    issued_text, to_text_ = date_text(issued), date_text(issued + np.timedelta64(1095, "D"))
    issued_text[none], to_text_[none] = None, None
    officers = Table(
        "enforcement",
        "safety_officers",
        ("记录号",),
        {
            "记录号": np.array([f"AG{i:06d}" for i in range(1, n + 1)], dtype=object),
            "企业编号": f["no"][firm],
            "姓名": people["name"],
            "身份证号": people["id"],
            "职务": role,
            "证件编号": number,
            "任命日期": date_text(issued - rng.integers(0, 170, n).astype("timedelta64[D]")),
            "发证日期": issued_text,
            "有效期至": to_text_,
        },
    ).freeze_keys()
    firm = np.repeat(np.arange(len(staff)), f["operators"])
    n = len(firm)
    people = world.people("special operators", n, 40, 9)
    works = np.array(["电工作业", "焊接与热切割", "高处作业", "制冷与空调", "危化品安全作业"], dtype=object)
    hazchem = np.isin(f["industry"][firm], ["chemical", "dyeing"])
    work = works[np.where(hazchem & (rng.random(n) < 0.4), 4, rng.choice(4, n, p=[0.5, 0.28, 0.14, 0.08]))]
    issued = world.end - rng.integers(40, 2150, n).astype("timedelta64[D]")
    # papers go out of date by firm, not by person: a careless firm has several
    careless = rng.random(len(staff)) < 0.34 - 0.30 * own
    bad = careless[firm] & (rng.random(n) < 0.30)
    how = rng.random(n)
    expired, missing, unreviewed = bad & (how < 0.5), bad & (how >= 0.5) & (how < 0.65), bad & (how >= 0.65)
    issued = np.where(expired, issued - np.timedelta64(2200, "D"), issued)
    age = (world.end - issued).astype(int)
    reviewed = np.where(age > 1095, issued + rng.integers(1000, 1090, n).astype("timedelta64[D]"), np.datetime64("NaT"))
    reviewed = np.where(unreviewed, np.datetime64("NaT"), reviewed)
    issued = np.where(
        unreviewed & (age < 1150), world.end - rng.integers(1150, 2000, n).astype("timedelta64[D]"), issued
    )
    cert = np.array(["T" + x for x in people["id"]], dtype=object)
    issued_text, to_column, review_text = (
        date_text(issued),
        date_text(issued + np.timedelta64(2191, "D")),
        date_text(reviewed),
    )
    cert[missing], issued_text[missing], to_column[missing], review_text[missing] = None, None, None, None
    operators = Table(
        "enforcement",
        "special_operators",
        ("记录号",),
        {
            "记录号": np.array([f"TZ{i:06d}" for i in range(1, n + 1)], dtype=object),
            "企业编号": f["no"][firm],
            "姓名": people["name"],
            "身份证号": people["id"],
            "作业类别": work,
            "证件编号": cert,
            "发证日期": issued_text,
            "有效期至": to_column,
            "最近复审": review_text,
        },
    ).freeze_keys()
    _spoil_people(world, rates, truth, officers, ("任命日期", "发证日期", "有效期至"))
    _spoil_people(world, rates, truth, operators, ("发证日期", "有效期至", "最近复审"))
    return officers, operators


def _spoil_people(world: World, rates: DirtRates, truth: Truth, table: Table, dates: tuple[str, ...]) -> None:
    s = Spoiler(table, truth, world.rng(f"dirt {table.name}"))
    county = np.array([str(v)[:6] == "330621" for v in table.columns["身份证号"]])
    for row in np.flatnonzero(county):
        s.note(
            int(row),
            "身份证号",
            "#3 former county in an identity number (legitimate)",
            table.columns["身份证号"][row],
            table.columns["身份证号"][row],
        )
    if table.name == "special_operators":
        c = table.columns
        for row in np.flatnonzero(s.rng.random(len(table)) < rates.certificate_gap / 12):
            if c["证件编号"][row] is None:
                continue
            other = "T" + str(c["身份证号"][(row + 11) % len(table)])
            s.note(int(row), "证件编号", "#20 certificate number of another person", c["证件编号"][row], other)
            c["证件编号"][row] = other
    for row in np.flatnonzero(s.rng.random(len(table)) < rates.certificate_gap / 4):
        if table.columns["有效期至"][row] is not None:
            s.note(int(row), "有效期至", "#20 certificate without valid_to", table.columns["有效期至"][row], None)
            table.columns["有效期至"][row] = None
    s.ids("身份证号", rates)
    s.cells("姓名", rates.hidden_character, "#14 name with a space", lambda v, r: v[0] + "\u3000" + v[1:], "repaired")
    for column in dates:
        s.dates(column, rates)
    s.repeat_rows(rates.duplicate_row)

"""The monthly book: staff counts, hours, workload, duty checks, collaboration tickets."""

from __future__ import annotations

import numpy as np

from simulator.departments import _grassroots as g
from simulator.departments.towns.reports import Reports
from simulator.dirt import DirtRates, Spoiler
from simulator.tables import date_text, time_text, to_text

UNITS = ("应急管理站", "应急管理办公室")
WORKS = ("应急业务", "执法检查", "值班备勤", "教育培训")
DIVERTED = ("镇街中心工作", "拆迁征收", "信访维稳", "创建迎检")
POSTS = ("镇街总值班", "应急管理站", "村社值班")
SUBJECTS = ("隐患移交", "联合检查", "设施抢修", "物资调用", "信息共享")
ORGS = (
    "区应急管理局",
    "区消防救援大队",
    "区水利局",
    "区公安分局",
    "区综合执法局",
    "区供电公司",
    "区交通运输局",
    "区卫健局",
)
RELAYS = ("区应急指挥中心", "区四平台中心", "区府办")
STATUS = {"已办结": ("办结", "完成", "已闭环"), "办理中": ("正在办理", "处理中"), "待签收": ("未签收",)}
ASKED = (
    ("视频点位", "区公安分局"), ("雨情水情", "区水利局"), ("气象预警", "区气象局"), ("企业名录", "区综合执法局"),
    ("烟感报警", "区消防救援大队"), ("地灾隐患点", "区自然资源分局"), ("困难群众", "区民政局"), ("停电停水", "区供电公司"),
)  # fmt: skip
MINUTE = np.timedelta64(60, "s")


def fill(r: Reports) -> None:
    """Add the tables of the period's months."""
    for month, first, last in r.months:
        _staff_counts(r, month, first, last)
        _timesheets(r, month, last)
        _workloads(r, month, last)
        _duty_checks(r, month, first, last)
        _tickets(r, month, first, last)
        _data_requests(r, month, last)


def _here(r: Reports, day: np.datetime64) -> np.ndarray:
    """Return who is on a station's staff on ``day``."""
    s = r.staff
    return (s.hired < day) & (np.isnat(s.left) | (s.left >= day))


def in_office(r: Reports) -> np.ndarray:
    """Return who also serves in the town's emergency office: those in approved posts, and each station's first auxiliary."""
    s = r.staff
    first = np.zeros(len(s), bool)
    for t in range(16):
        rows = np.flatnonzero((s.town == t) & (s.employment == "辅助") & np.isnat(s.left))
        first[rows[:1]] = True
    return (s.employment == "在编") | first


def _staff_counts(r: Reports, month: str, first: np.datetime64, last: np.datetime64) -> None:
    rng, s = r.world.rng(f"towns counts {month}"), r.staff
    here, office = _here(r, last), in_office(r)
    full = s.employment != "兼职"
    birth = np.array([f"{x[6:10]}-{x[10:12]}-{x[12:14]}" for x in s.id], "datetime64[D]")
    old = (last - birth).astype(int) > 50 * 365.25
    joined, left = (s.hired >= first) & (s.hired < last), (s.left >= first) & (s.left < last)
    town, rows = np.tile(np.arange(16), 2), []
    for unit in (0, 1):
        mine = here & (office if unit else np.ones(len(s), bool))
        rows.append([[int((m & (s.town == t)).sum()) for t in range(16)] for m in (
            mine & (s.employment == "在编"), mine & full, mine & ~full, mine & old, mine & joined,
            (office | (unit == 0)) & left, mine,
        )])  # fmt: skip
    quota, ft, pt, over, new, gone, people = np.concatenate(rows, axis=1)
    insured = np.round(people * np.clip(0.55 + 0.45 * r.world.quality["staff"][town, -1], 0, 1)).astype(int)
    reporter = np.tile(r.world.pool("town reporters", 16, 38, 8)["name"], 2)
    columns = {
        "报告月份": g.column([month] * 32),
        **r.own(town),
        "机构": np.repeat(np.array(UNITS, dtype=object), 16),
        "核定编制": g.column(quota + np.tile(rng.integers(0, 2, 16), 2)),
        "在编人数": g.column(quota),
        "专职人数": g.column(ft),
        "兼职人数": g.column(pt),
        "50岁以上人数": g.column(over),
        "本月新进": g.column(new),
        "本月离开": g.column(gone),
        "参加意外险人数": g.column(insured),
        "填表人": reporter,
    }

    def spoil(d: Spoiler, rates: DirtRates, rows: np.ndarray) -> None:
        if d.rng.random() < rates.headcount_difference and d.table.columns["专职人数"][0] is not None:
            clean = d.table.columns["专职人数"][0]
            dirty = str(int(clean) + int(d.table.columns["兼职人数"][0]) // 3 + 1)
            d.note(0, "专职人数", "#21 part-time counted also full-time", clean, dirty)
            d.table.columns["专职人数"][0] = dirty
            d.touched["专职人数"] = np.arange(len(rows)) == 0
        g.common(d, r.world, rates, code="镇街代码", texts=["镇街"], names=["填表人"], counts=["专职人数", "兼职人数"],
                 empty=["参加意外险人数"])  # fmt: skip
        d.number_as_text("在编人数", rates)

    r.add("staff_counts", ("镇街", "机构", "报告月份"), town, month, last, columns, spoil)


def _timesheets(r: Reports, month: str, last: np.datetime64) -> None:
    rng, s = r.world.rng(f"towns hours {month}"), r.staff
    person = np.flatnonzero(_here(r, last) & (s.employment != "兼职"))
    share = np.clip(
        0.52 - 0.45 * r.world.quality["staff"][s.town[person], -1] + rng.normal(0, 0.05, len(person)), 0.02, 0.75
    )
    total = rng.integers(150, 205, len(person)) * 1.0
    who, work, hours, away = [], [], [], []
    for i in range(len(person)):
        own, other = rng.dirichlet(np.ones(4) * 4), rng.dirichlet(np.ones(2) * 3)
        for k in range(4):
            who.append(i)
            work.append(WORKS[k])
            hours.append(total[i] * (1 - share[i]) * own[k])
            away.append("否")
        for j, k in enumerate(rng.choice(4, 2, replace=False)):
            who.append(i)
            work.append(DIVERTED[k])
            hours.append(total[i] * share[i] * other[j])
            away.append("是")
    at = person[np.array(who)]
    columns = {
        "报告月份": g.column([month] * len(at)),
        **r.own(s.town[at]),
        "人员编号": r.staff_no[at],
        "姓名": s.name[at],
        "工作类别": g.column(work),
        "是否非应急事务": g.column(away),
        "工时": g.column(f"{h:.1f}" for h in hours),
    }

    def spoil(d: Spoiler, rates: DirtRates, rows: np.ndarray) -> None:
        g.common(d, r.world, rates, code="镇街代码", texts=["镇街", "工作类别"], names=["姓名"])
        d.repeat_rows(rates.duplicate_row)

    r.add(
        "timesheets",
        ("人员编号", "工作类别", "报告月份"),
        s.town[at],
        month,
        last,
        columns,
        spoil,
        ("person", s.id[at]),
    )


def _work(r: Reports, month: str) -> dict[str, np.ndarray]:
    """Return what the towns did in a month, by heading of the report."""
    rng, firms = r.world.fresh(f"towns workload {month}"), r.world.firms
    count = np.bincount(firms["town"], minlength=16)
    key = np.bincount(firms["town"][firms["key"]], minlength=16)
    checks = np.maximum(3, key // 3 + rng.integers(0, 12, 16))
    found = (checks * rng.uniform(1.2, 3.2, 16)).astype(int)
    closed = (found * np.clip(0.6 + 0.4 * r.world.quality["hazard"][:, -1], 0, 1)).astype(int)
    busy = r.world.towns["population"] / 20000
    return {
        "监管企业数": count, "重点企业数": key, "检查次数": checks, "发现隐患数": found, "整改销号数": closed,
        "处置事件数": rng.poisson(4 + busy), "值班人天": rng.integers(60, 125, 16), "会议次数": rng.integers(4, 22, 16),
        "上报材料数": rng.integers(8, 60, 16), "联合会商次数": rng.integers(0, 3, 16),
    }  # fmt: skip


def _workloads(r: Reports, month: str, last: np.datetime64) -> None:
    town, numbers = np.arange(16), _work(r, month)
    former = str(np.datetime64(f"{month[:4]}-{month[4:]}", "M") - 1).replace("-", "")
    # some towns send the month before again (a cheat)
    again = (r.world.fresh(f"copied month {month}").random(16) < r.rates.copied_month) & (month != r.months[0][0])
    for heading, before in _work(r, former).items():
        numbers[heading] = np.where(again, before, numbers[heading])
    r.truth.cheats += [("towns", "workloads", f"{r.world.towns['nbs9'][t]}000:{month}", "copied_month") for t in np.flatnonzero(again)]  # fmt: skip
    columns = {"报告月份": g.column([month] * 16), **r.own(town), **{c: g.column(v) for c, v in numbers.items()}}

    def spoil(d: Spoiler, rates: DirtRates, rows: np.ndarray) -> None:
        g.common(
            d,
            r.world,
            rates,
            code="镇街代码",
            texts=["镇街"],
            counts=["监管企业数"],
            empty=["上报材料数", "联合会商次数"],
        )
        d.number_as_text("会议次数", rates)

    r.add("workloads", ("镇街", "报告月份"), town, month, last, columns, spoil)


def _duty_checks(r: Reports, month: str, first: np.datetime64, last: np.datetime64) -> None:
    rng, heads, villages = r.world.rng(f"towns duty {month}"), r.world.village_heads, r.world.villages
    town = np.repeat(np.arange(16), 9)
    n = len(town)
    post = rng.choice(3, n, p=[0.25, 0.35, 0.40])
    place = np.array([rng.choice(np.flatnonzero(villages["town"] == t)) for t in town])
    at = r.world.moments(rng, n, first, last, working=False)
    answered = rng.random(n) < 0.70 + 0.29 * r.world.quality["response"][town, -1]
    quick = np.where(rng.random(n) < 0.9, rng.integers(3, 58, n), rng.integers(60, 400, n))
    on_duty = r.world.people(f"towns duty {month}", n, 44, 9)
    in_village = post == 2
    number = np.tile(np.arange(1, 10), 16)
    columns = {
        "抽查编号": g.column(f"CC{r.code[t]}-{month}-{i:02d}" for t, i in zip(town, number, strict=True)),
        **r.own(town),
        "村社": g.hide(villages["name"][place], ~in_village),
        "值班点": np.array(POSTS, dtype=object)[post],
        "值班员": np.where(in_village, heads["name"][place], on_duty["name"]).astype(object),
        "抽查电话": np.where(in_village, heads["phone"][place], on_duty["phone"]).astype(object),
        "抽查时间": time_text(at),
        "应答时间": g.hide(time_text(at + quick.astype("timedelta64[s]")), ~answered),
        "是否应答": np.where(answered, "是", "否").astype(object),
        "应答用时（秒）": g.hide(g.column(quick), ~answered),
    }

    def spoil(d: Spoiler, rates: DirtRates, rows: np.ndarray) -> None:
        g.common(d, r.world, rates, code="镇街代码", village="村社", texts=["镇街"], names=["值班员"], phones=["抽查电话"],
                 required_dates=["抽查时间"])  # fmt: skip

    r.add("duty_checks", ("抽查编号",), town, month, last, columns, spoil)


def _tickets(r: Reports, month: str, first: np.datetime64, last: np.datetime64) -> None:
    rng = r.world.rng(f"towns tickets {month}")
    count = 4 + rng.poisson(r.world.towns["population"] / 25000)
    town = np.repeat(np.arange(16), count)
    n = len(town)
    number = np.concatenate([np.arange(1, c + 1) for c in count])
    raised = np.sort(r.world.moments(rng, n, first, last))
    hops = rng.choice([1, 2, 3, 4], n, p=[0.4, 0.35, 0.18, 0.07])
    signed = raised + rng.integers(5, 400, n) * MINUTE * hops
    due = raised + rng.choice([3, 5, 10], n) * np.timedelta64(86400, "s")
    on_time = rng.random(n) < 0.60 + 0.35 * r.world.quality["response"][town, -1]
    done = np.where(on_time, signed + (due - signed) // 2, due + rng.integers(60, 9000, n) * MINUTE)
    # some are still open when the month's book is written
    open_ = done > (last + np.timedelta64(2, "D")).astype("datetime64[s]")
    unsigned = signed > (last + np.timedelta64(2, "D")).astype("datetime64[s]")
    columns = {
        "工单号": g.column(f"XT{r.code[t]}-{month}-{i:02d}" for t, i in zip(town, number, strict=True)),
        **r.own(town),
        "发起单位": g.column(f"{x}应急管理站" for x in r.world.towns["name"][town]),
        "承办单位": g.choose(rng, ORGS, n),
        "转办单位": g.column("、".join(RELAYS[: h - 1]) or None for h in hops),
        "流转层数": g.column(hops),
        "事项类别": g.choose(rng, SUBJECTS, n),
        "事项": g.choose(
            rng, ("河道护栏缺失", "企业堵塞消防通道", "配电箱老化", "边坡落石", "窨井盖缺失", "应急照明损坏"), n
        ),
        "发起时间": time_text(raised),
        "签收时间": g.hide(time_text(signed), unsigned),
        "办理期限": time_text(due),
        "办结时间": g.hide(time_text(done), open_),
        "状态": np.where(unsigned, "待签收", np.where(open_, "办理中", "已办结")).astype(object),
    }

    def spoil(d: Spoiler, rates: DirtRates, rows: np.ndarray) -> None:
        d.words("状态", rates, STATUS)
        d.closed_at_midnight("办结时间", rates, [date_text(np.array([last - 1]))[0]])
        g.common(d, r.world, rates, code="镇街代码", texts=["镇街", "承办单位"], required_dates=["发起时间"], dates=["办理期限"],
                 empty=["事项"])  # fmt: skip

    r.add("collaboration_tickets", ("工单号",), town, month, last, columns, spoil)


def _data_requests(r: Reports, month: str, last: np.datetime64) -> None:
    rng = r.world.rng(f"towns data {month}")
    town, what = np.repeat(np.arange(16), len(ASKED)), np.tile(np.arange(len(ASKED)), 16)
    n = len(town)
    came = rng.random(n) < 0.78
    asked = rng.integers(6, 24, n)
    got = np.where(came, np.minimum(asked, (asked * rng.uniform(0.6, 1.1, n)).astype(int)), 0)
    columns = {
        "需求编号": g.column(f"SJ{r.code[t]}-{month}-{k + 1:02d}" for t, k in zip(town, what, strict=True)),
        "报告月份": g.column([month] * n),
        **r.own(town),
        "数据名称": g.column(ASKED[k][0] for k in what),
        "提供部门": g.column(ASKED[k][1] for k in what),
        "是否收到": np.where(came, "是", "否").astype(object),
        "需求字段数": g.column(asked),
        "收到字段数": g.column(got),
        "交换失败次数": g.column(rng.poisson(1.2, n)),
        "质量评价": g.hide(to_text(np.round(rng.uniform(60, 98, n), 1), ".1f"), ~came),
        "数据最新日期": g.hide(g.before(rng, n, last, 1, 60), ~came),
    }

    def spoil(d: Spoiler, rates: DirtRates, rows: np.ndarray) -> None:
        g.common(
            d, r.world, rates, code="镇街代码", texts=["镇街", "提供部门"], dates=["数据最新日期"], empty=["质量评价"]
        )

    r.add("data_requests", ("需求编号",), town, month, last, columns, spoil)

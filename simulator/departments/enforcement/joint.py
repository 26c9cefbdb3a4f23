"""What follows from cases and visits: transfers to the police, joint inspections, blacklist, violations by workers."""

from __future__ import annotations

import numpy as np

from simulator.dirt import DirtRates, Spoiler, Truth
from simulator.tables import Table, date_text
from simulator.world import World

PAPERS = ("移送书", "调查报告", "涉案物品清单", "检验鉴定", "其他材料")
PARTNERS = ("XF", "GA", "ZR", "JT", "QY", "WJ", "YJ")
REASONS = ("重大隐患逾期未改", "瞒报谎报事故", "拒不执行决定", "提供虚假材料", "发生死亡事故")
VIOLATIONS = ("无证上岗", "违章动火", "违章用电", "未戴防护用品", "擅离监护岗位", "超载超限")
_NAT = np.datetime64("NaT")


def tables(world: World, rates: DirtRates, truth: Truth) -> list[Table]:
    """Return the files of all four tables, oldest first."""
    return [
        *_transfers(world, rates, truth),
        *_joint(world, rates, truth),
        _blacklist(world, rates, truth),
        *_violations(world, rates, truth),
    ]


def _yes(values: np.ndarray) -> np.ndarray:
    return np.where(values, "是", "否").astype(object)


def _transfers(world: World, rates: DirtRates, truth: Truth) -> list[Table]:
    """Return the transfers of each quarter; a case the police decided later comes again."""
    x, c, f = world.transfers, world.cases, world.firms
    table = Table(
        "enforcement",
        "transfer_cases",
        ("移送编号",),
        {
            "移送编号": x["no"].copy(),
            "案号": c["no"][x["case"]],
            "企业编号": f["no"][c["firm"][x["case"]]],
            "批准日期": date_text(x["approved"]),
            "移送日期": date_text(x["sent"]),
            **{name: _yes(x["papers"][:, i]) for i, name in enumerate(PAPERS)},
            "公安接收编号": x["receipt"].copy(),
            "公安结果": x["result"].copy(),
            "结果日期": date_text(x["reviewed"]),
        },
    ).freeze_keys()
    truth.link(table, np.arange(len(table)), "case", c["no"][x["case"]])
    out = []
    for q, (period, first, last) in enumerate(world.quarters):
        decided = ~np.isnat(x["reviewed"]) & (x["reviewed"] < last)
        mine = c["quarter"][x["case"]] == q
        late = (c["quarter"][x["case"]] < q) & decided & (x["reviewed"] >= first)
        rows = np.flatnonzero(mine | late)
        part = table.take(rows)
        part.columns["公安结果"] = np.where(decided[rows], part.columns["公安结果"], None)
        part.columns["结果日期"] = np.where(decided[rows], part.columns["结果日期"], None)
        s = Spoiler(part, truth, world.rng(f"dirt transfers {period}"))
        s.dates("批准日期", rates, required=True)
        s.dates("移送日期", rates)
        out.append(part.of(period))
    return out


def _joint(world: World, rates: DirtRates, truth: Truth) -> list[Table]:
    """Return one row per joint inspection and department that was invited."""
    rng, f, towns, out, serial, visit = world.rng("joint inspections"), world.firms, world.towns, [], 0, 0
    share = dict(zip(PARTNERS, (0.9, 0.72, 0.7, 0.66, 0.8, 0.75, 0.95), strict=True))
    key = np.flatnonzero(f["key"])
    for period, first, last in world.quarters:
        n = max(4, world.n(60))
        firm, at = key[rng.integers(0, len(key), n)], np.sort(world.moments(rng, n, first, last))
        rows = []
        for i in range(n):
            visit += 1
            for dept in rng.choice(np.array(PARTNERS, dtype=object), int(rng.integers(2, 5)), replace=False):
                came = rng.random() < share[dept]
                rows.append((f"LHJC{visit:05d}", firm[i], dept, came, at[i], int(rng.poisson(1.4)) if came else None))
        number, who, dept, came, when, found = (list(c) for c in zip(*rows, strict=True))
        who = np.array(who)
        table = Table(
            "enforcement",
            "joint_inspections",
            ("记录号",),
            {
                "记录号": np.array([f"LH{serial + i:06d}" for i in range(1, len(rows) + 1)], dtype=object),
                "联合检查编号": np.array(number, dtype=object),
                "企业编号": f["no"][who],
                "镇街": towns["name"][f["town"][who]],
                "牵头部门": np.full(len(rows), "ZF", dtype=object),
                "参加部门": np.array(dept, dtype=object),
                "是否到场": _yes(np.array(came)),
                "检查日期": date_text(np.array(when)),
                "发现问题数": np.array([None if x is None else str(x) for x in found], dtype=object),
            },
        ).freeze_keys()
        serial += len(rows)
        s = Spoiler(table, truth, world.rng(f"dirt joint inspections {period}"))
        s.dates("检查日期", rates, required=True)
        s.text("镇街", rates, encodable="gbk")
        s.repeat_rows(rates.duplicate_row)
        out.append(table.of(period))
    return out


def _blacklist(world: World, rates: DirtRates, truth: Truth) -> Table:
    """Return the firms on the list at the end of the period; the worst of those that had a case."""
    rng, f, c = world.rng("blacklist"), world.firms, world.cases
    n = min(max(3, world.n(36)), len(c["no"]))
    weight = (1.15 - f["quality"][c["firm"]]) ** 3
    case = np.sort(rng.choice(len(c["no"]), n, replace=False, p=weight / weight.sum()))
    case = case[np.unique(c["firm"][case], return_index=True)[1]]
    n, firm = len(case), c["firm"][case]
    listed = np.minimum(c["filed"][case] + rng.integers(20, 90, n), world.end - np.timedelta64(1, "D"))
    published = listed + rng.integers(0, 12, n)
    table = Table(
        "enforcement",
        "blacklist",
        ("名单编号",),
        {
            "名单编号": np.array([f"SX{i:05d}" for i in range(1, n + 1)], dtype=object),
            "企业编号": f["no"][firm],
            "企业名称": f["name"][firm],
            "统一社会信用代码": f["uscc"][firm],
            "列入事由": rng.choice(np.array(REASONS, dtype=object), n, p=[0.5, 0.08, 0.22, 0.15, 0.05]),
            "案号": c["no"][case],
            "列入日期": date_text(listed),
            "惩戒期至": date_text(listed + rng.choice([180, 365, 1095], n).astype("timedelta64[D]")),
            "公示日期": date_text(np.where(rng.random(n) < 0.85, published, _NAT)),
        },
    ).freeze_keys()
    truth.link(table, np.arange(n), "firm", f["no"][firm])
    s = Spoiler(table, truth, world.rng("dirt blacklist"))
    s.firm_names("企业名称", rates)
    s.credit_codes("统一社会信用代码", rates, list(f["uscc"]), required=False)
    s.dates("惩戒期至", rates)
    s.dates("公示日期", rates)
    return table.of(world.period)


def _violations(world: World, rates: DirtRates, truth: Truth) -> list[Table]:
    """Return what workers did wrong in each quarter, some of them special operators who are on the firms' lists."""
    rng, f, out, serial = world.rng("violations"), world.firms, [], 0
    operators = world.firm_people[1]
    measures = np.array(["教育警告", "停岗培训", "罚款", "移交公安"], dtype=object)
    for q, (period, _first, _last) in enumerate(world.quarters):
        seen = world.inspections[q]
        n = min(max(4, world.n(220)), len(seen["firm"]))
        weight = 1.2 - f["quality"][seen["firm"]]
        visit = np.sort(rng.choice(len(seen["firm"]), n, replace=False, p=weight / weight.sum()))
        firm = seen["firm"][visit]
        people = world.pool(f"violators {period}", n, 38, 10)
        name, number = people["name"].copy(), people["id"].copy()
        at = np.searchsorted(operators["firm"], firm)
        known = (at < len(operators["firm"])) & (rng.random(n) < 0.4)
        known[known] = operators["firm"][at[known]] == firm[known]
        name[known], number[known] = operators["name"][at[known]], operators["id"][at[known]]
        table = Table(
            "enforcement",
            "violations",
            ("记录号",),
            {
                "记录号": np.array([f"WG{serial + i:06d}" for i in range(1, n + 1)], dtype=object),
                "企业编号": f["no"][firm],
                "检查编号": seen["no"][visit],
                "姓名": name,
                "身份证号": number,
                "违规类别": rng.choice(np.array(VIOLATIONS, dtype=object), n, p=[0.14, 0.16, 0.2, 0.34, 0.08, 0.08]),
                "发现日期": date_text(seen["at"][visit]),
                "处理方式": measures[rng.choice(4, n, p=[0.62, 0.25, 0.125, 0.005])],
            },
        ).freeze_keys()
        truth.link(table, np.arange(n), "person", number)
        serial += n
        s = Spoiler(table, truth, world.rng(f"dirt violations {period}"))
        s.names("姓名", rates)
        s.ids("身份证号", rates, required=False)
        s.dates("发现日期", rates, required=True)
        s.empty("处理方式", rates)
        out.append(table.of(period))
    return out

"""Plans and visits of inspectors, and the cases that follow from them."""

from __future__ import annotations

import numpy as np

from simulator.departments.enforcement import cheats
from simulator.departments.enforcement.common import note_local_codes, town_columns
from simulator.dirt import DirtRates, Spoiler
from simulator.tables import Table, date_text, time_text, to_text
from simulator.truth import Truth
from simulator.world import World


def plans(world: World, rates: DirtRates, truth: Truth) -> list[Table]:
    """Return the inspection plan of each quarter."""
    f, out = world.firms, []
    for visits in world.inspections:
        period, planned = visits["period"], visits["planned"]
        table = Table(
            "enforcement",
            "inspection_plan",
            ("计划编号",),
            {
                "计划编号": visits["plan_no"].copy(),
                "企业编号": f["no"][planned],
                "镇街": world.towns["name"][f["town"][planned]],
                "风险等级": _colours(world)[planned],
                "计划检查日期": date_text(visits["when"]),
                "计划次数": visits["count"].astype(str).astype(object),
            },
        ).freeze_keys()
        s = Spoiler(table, truth, world.rng(f"dirt plan {period}"))
        s.dates("计划检查日期", rates, required=True)
        s.text("镇街", rates)
        out.append(table.of(period))
    return out


def _colours(world: World) -> np.ndarray:
    """Return the worst colour of each firm's risk points; 蓝 where it has none."""
    rank = {"蓝": 0, "黄": 1, "橙": 2, "红": 3}
    points, worst = world.risk_points, np.zeros(len(world.firms["no"]), int)
    inside = points["firm"] >= 0
    np.maximum.at(worst, points["firm"][inside], [rank[c] for c in points["colour"][inside]])
    return np.array(list(rank), dtype=object)[worst]


def inspections(world: World, rates: DirtRates, truth: Truth, officers: list[list[str]]) -> list[Table]:
    """Return the inspections of each quarter; ``officers``: certificate numbers by town."""
    f, towns = world.firms, world.towns
    brigade, out = [f"330603{70000 + i}" for i in range(40)], []
    for q, visits in enumerate(world.inspections):
        period, firm = visits["period"], visits["firm"]
        town = f["town"][firm]
        one, two, elsewhere = cheats.officers(world, rates, q, officers, brigade)
        code, name = town_columns(world, rates, town, f"inspections {period}")
        table = Table(
            "enforcement",
            "inspections",
            ("检查编号",),
            {
                "检查编号": visits["no"].copy(),
                "计划编号": visits["number"].copy(),
                "企业编号": f["no"][firm],
                "镇街代码": code,
                "镇街": name,
                "检查时间": time_text(visits["at"]),
                "执法人员一证号": one,
                "执法人员二证号": two,
                "检查结果": visits["result"].copy(),
            },
        ).freeze_keys()
        s = Spoiler(table, truth, world.rng(f"dirt inspections {period}"))
        note_local_codes(s, world, "镇街代码", town)
        truth.cheat(table, np.flatnonzero(elsewhere), "two_places")
        truth.cheat(
            table, np.array([b for a, b in cheats.copied(world, rates, q) if one[a] == one[b]], int), "copied_findings"
        )
        s.hold("检查时间", np.flatnonzero(elsewhere))
        s.dates("检查时间", rates, required=True)
        s.text("镇街", rates, encodable="gbk")
        s.empty("执法人员二证号", rates)
        s.towns("镇街代码", "镇街", rates, list(towns["name"]), list(towns["nbs9"]))
        s.repeat_rows(rates.duplicate_row)
        out.append(table.of(period))
    return out


def cases(world: World, rates: DirtRates, truth: Truth) -> list[Table]:
    """Return the cases by quarter; a case decided later comes again."""
    c, f, towns = world.cases, world.firms, world.towns
    table = Table(
        "enforcement",
        "cases",
        ("案号",),
        {
            "案号": c["no"].copy(),
            "企业编号": f["no"][c["firm"]],
            "镇街": towns["name"][f["town"][c["firm"]]].copy(),
            "立案日期": date_text(c["filed"]),
            "决定日期": np.full(len(c["no"]), None, dtype=object),
            "处罚种类": c["kind"].copy(),
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
        out.append(part.of(period))
    return out

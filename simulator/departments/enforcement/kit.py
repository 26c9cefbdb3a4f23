"""Enforcement kit of the stations and the brigade, and when it was fetched."""

from __future__ import annotations

import numpy as np

from simulator.dirt import DirtRates, Spoiler, Truth
from simulator.tables import Table, date_text, time_text
from simulator.world import World

# article, kind, unit, how many a station holds
ARTICLES = (
    ("执法记录仪", "执法记录", "台", 3),
    ("便携式打印机", "办案设备", "台", 1),
    ("笔记本电脑", "办案设备", "台", 2),
    ("四合一气体检测仪", "检测仪器", "台", 2),
    ("测距仪", "检测仪器", "台", 1),
    ("红外热像仪", "检测仪器", "台", 1),
    ("接地电阻测试仪", "检测仪器", "台", 1),
    ("安全帽", "防护装备", "顶", 12),
    ("防毒面具", "防护装备", "具", 6),
    ("反光背心", "防护装备", "件", 14),
    ("执法车", "交通工具", "辆", 1),
    ("电动巡查车", "交通工具", "辆", 1),
    ("对讲机", "通信设备", "台", 6),
)


def tables(world: World, rates: DirtRates, truth: Truth) -> list[Table]:
    """Return the ledger, then the dispatches of each quarter."""
    ledger = _ledger(world, rates, truth)
    return [ledger.of(world.period), *_dispatches(world, rates, truth, ledger)]


def _ledger(world: World, rates: DirtRates, truth: Truth) -> Table:
    rng = world.rng("kit")
    owners = ["区应急执法大队", *world.towns["name"]]
    good = np.concatenate([[0.95], world.quality["response"][:, -1]])
    rows = []
    for i, owner in enumerate(owners):
        for name, kind, unit, count in ARTICLES:
            if rng.random() < 0.55 + 0.45 * good[i]:
                rows.append(
                    (
                        owner,
                        name,
                        kind,
                        unit,
                        max(1, int(count * rng.uniform(0.5, 1.4) * (3 if i == 0 else 1))),
                        good[i],
                    )
                )
    n = len(rows)
    owner, name, kind, unit, count, fit = (np.array(c, dtype=object) for c in zip(*rows, strict=True))
    state = np.where(
        rng.random(n) < 0.86 + 0.1 * fit.astype(float), "完好", np.where(rng.random(n) < 0.7, "待修", "报废")
    )
    checked = np.isin(kind, ["检测仪器"])
    table = Table(
        "enforcement",
        "equipment",
        ("装备编号",),
        {
            "装备编号": np.array([f"ZB{i:06d}" for i in range(1, n + 1)], dtype=object),
            "所属单位": owner,
            "装备名称": name,
            "类别": kind,
            "数量": np.array([str(c) for c in count], dtype=object),
            "单位": unit,
            "状况": state.astype(object),
            "购置日期": date_text(world.end - rng.integers(40, 2600, n).astype("timedelta64[D]")),
            "检定日期": date_text(
                np.where(checked, world.end - rng.integers(5, 600, n).astype("timedelta64[D]"), np.datetime64("NaT"))
            ),
            "平台建档": np.where(rng.random(n) < 0.5 + 0.45 * fit.astype(float), "是", "否").astype(object),
        },
    ).freeze_keys()
    s = Spoiler(table, truth, world.rng("dirt kit"))
    s.text("装备名称", rates)
    s.dates("购置日期", rates)
    s.empty("购置日期", rates)
    return table


def _dispatches(world: World, rates: DirtRates, truth: Truth, ledger: Table) -> list[Table]:
    rng, out, serial = world.rng("kit dispatches"), [], 0
    kits = np.array(ledger.frozen_keys, dtype=object)
    for period, first, last in world.quarters:
        n = max(6, world.n(120))
        asked = np.sort(world.moments(rng, n, first, last, working=False))
        left = asked + (np.exp(rng.normal(2.6, 0.7, n)) * 60).astype(int).astype("timedelta64[s]")
        arrived = left + (np.exp(rng.normal(2.9, 0.5, n)) * 60).astype(int).astype("timedelta64[s]")
        returned = arrived + rng.integers(3600, 86400 * 2, n).astype("timedelta64[s]")
        open_ = returned >= last.astype("datetime64[s]")
        table = Table(
            "enforcement",
            "equipment_dispatches",
            ("调用编号",),
            {
                "调用编号": np.array([f"DY{serial + i:06d}" for i in range(1, n + 1)], dtype=object),
                "装备编号": kits[rng.integers(0, len(kits), n)],
                "申请时间": time_text(asked),
                "出库时间": time_text(left),
                "到达时间": time_text(arrived),
                "归还时间": time_text(np.where(open_, np.datetime64("NaT"), returned)),
            },
        ).freeze_keys()
        serial += n
        s = Spoiler(table, truth, world.rng(f"dirt kit dispatches {period}"))
        s.dates("归还时间", rates)
        out.append(table.of(period))
    return out

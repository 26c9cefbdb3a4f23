"""What the water bureau did and said about floods: responses with orders to works, situation reports."""

from __future__ import annotations

import numpy as np

from simulator.dirt import DirtRates, Spoiler, Truth
from simulator.tables import Table, date_text, time_text, to_text
from simulator.world import World

ORDERS = {
    "Ⅳ": "加强巡查，水库按汛限水位控制运行",
    "Ⅲ": "平原河网预降水位，沿江水闸候潮排水",
    "Ⅱ": "水库预泄，泵站全力排涝，山塘专人值守",
    "Ⅰ": "全部水闸、泵站满负荷排水，停止一切蓄水",
}


def tables(world: World, rates: DirtRates, truth: Truth) -> list[Table]:
    """Return situation reports and responses."""
    return [_reports(world, rates, truth), _responses(world)]


def _reports(world: World, rates: DirtRates, truth: Truth) -> Table:
    """Return two reports a quarter: disasters and works."""
    rng = world.rng("situation reports")
    rows = [(name, domain, last) for name, _first, last in world.quarters for domain in ("防灾减灾", "水利工程")]
    n = len(rows)
    issued = np.array([r[2] for r in rows]) + rng.integers(2, 12, n).astype("timedelta64[D]")
    text = {
        "防灾减灾": "雨量较常年偏多，山洪与内涝风险点已逐一落实责任人",
        "水利工程": "水库水闸运行平稳，个别泵站机组待检修",
    }
    table = Table(
        "water",
        "sl_situation_report",
        ("report_no",),
        {
            "report_no": np.array([f"SLYP{i:04d}" for i in range(1, n + 1)], dtype=object),
            "period_name": np.array([r[0] for r in rows], dtype=object),
            "domain_word": np.array([r[1] for r in rows], dtype=object),
            "conclusion_text": np.array([text[r[1]] for r in rows], dtype=object),
            "issued_on": date_text(issued),
        },
        known=issued.astype("datetime64[s]"),
    ).freeze_keys()
    s = Spoiler(table, truth, world.rng("dirt situation reports"))
    s.text("conclusion_text", rates)
    return table


def _responses(world: World) -> Table:
    """Return the world's responses as the bureau writes them, with the mean rain while they held."""
    r = world.responses
    n = len(r["no"])
    begin = world.start.astype("datetime64[s]")
    total = np.concatenate([[0], np.cumsum(world.rain)])

    def slot(at: np.ndarray) -> np.ndarray:
        return np.clip((at - begin).astype(int) // 600, 0, len(world.rain))

    fell = total[slot(r["ended"])] - total[slot(r["started"])]
    inside = r["started"] >= begin
    over = r["ended"] < world.end
    rain = to_text(fell, ".1f")
    rain[~inside] = None
    return Table(
        "water",
        "sl_response",
        ("response_no",),
        {
            "response_no": np.array([f"SLXY{i:04d}" for i in range(1, n + 1)], dtype=object),
            "level_word": r["level"].copy(),
            "scenario_name": r["scenario"].copy(),
            "started_at": time_text(r["started"]),
            "ended_at": time_text(np.where(over, r["ended"], np.datetime64("NaT"))),
            "areal_rain_mm": rain,
            "dispatch_text": np.array([ORDERS[x] for x in r["level"]], dtype=object),
        },
        known=r["started"],
    ).freeze_keys()

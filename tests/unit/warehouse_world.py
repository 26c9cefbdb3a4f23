"""The small world that the warehouse of the tests is made of: its towns, rules and firms, and how a landed row is named."""

from __future__ import annotations

from decimal import ROUND_HALF_UP
from decimal import Decimal as D
from typing import Any

DISTRICT = "330603"
PERIODS = ("2026Q2", "2026Q3")
METHOD = "m2026a"
TOWNS = (
    ("330603001000", "柯桥街道", "Keqiao", "plain", "平原城区", "Plain and urban"),
    ("330603002000", "柯岩街道", "Keyan", "plain", "平原城区", "Plain and urban"),
    ("330603011000", "马鞍街道", "Ma'an", "coast", "沿海产业", "Coastal industry"),
    ("330603105000", "平水镇", "Pingshui", "hill", "山区半山区", "Hills and half-hills"),
)
# code, l1, l2, zh, en, unit, direction, aggregation, floor, target, weight inside what is due, missing rule, status
INDICATORS = (
    ("C202", "C", "C2", "重点企业检查计划完成率", "Key inspections done", "%", "higher", "ratio", "60", "100", "0.30", "M0", "statutory"),
    ("C204", "C", "C2", "单次检查隐患检出数", "Hazards per inspection", "件/次", "band", "ratio", "0.2..8", "1.0..4.0", "0.20", "M2", "pilot"),
    ("C301", "C", "C3", "一般隐患按期整改率", "General hazards closed on time", "%", "higher", "ratio", "70", "98", "0.30", "M0", "seed"),
    ("E103", "E", "E1", "首队到场中位时长", "Median arrival", "分钟", "lower", "median", "30", "10", "0.20", "M2", "pilot"),
    ("F101", "F", "F1", "物资品目达标率", "Supplies held", "%", "higher", "ratio", "60", "100", None, "M0", "pilot"),
)  # fmt: skip
NODES = {"C": ("风险隐患治理", "Risk and hazards"), "C2": ("排查", "Inspection"), "C3": ("闭环", "Closing"),
         "E": ("响应与救援圈", "Response"), "E1": ("救援圈", "Rescue circle")}  # fmt: skip
FIRMS = (
    ("91330603MA2BK00011", "绍兴恒越印染有限公司", "dyeing", "印染", "Dyeing", 2),
    ("91330603MA2BK0002X", "绍兴锦源织造有限公司", "weaving", "织造", "Weaving", 0),
    ("91330603MA2BK00038", "=绍兴丰泰化纤有限公司", "chemfibre", "化纤", "Chemical fibre", 3),
)
ITEMS = (
    ("E404", "现场管理", "Site", "疏散通道、三合一、宿舍分离", "Exits clear", "3", "1.2", "EXIT_BLOCKED"),
    ("E503", "双重预防", "Prevention", "一般隐患按期整改率", "General hazards closed on time", "6", "1.1", "RECTIFY_LATE"),
    ("E801", "持续改进", "Improvement", "行政处罚与逾期不改", "Penalties", "3", "1", "PENALTY"),
)  # fmt: skip
BATCH = "000001-9f3c2ab1"
Rows = dict[str, list[dict[str, Any]]]


def q(value: D | None, places: int = 2) -> D | None:
    """Return ``value`` with ``places`` places, half up."""
    return None if value is None else value.quantize(D(1).scaleb(-places), ROUND_HALF_UP)


def goal(value: D, floor: str, target: str) -> D:
    """Return the score of ``value`` between fixed goalposts; a band is a trapezoid."""
    if ".." in floor:
        low, high = (D(x) for x in floor.split(".."))
        inner, outer = (D(x) for x in target.split(".."))
        share = min((value - low) / (inner - low), (high - value) / (high - outer))
    else:
        share = (value - D(floor)) / (D(target) - D(floor))
    return 100 * min(max(share, D(0)), D(1))


def ranks(scores: list[D | None]) -> list[int | None]:
    """Return the rank of each score among them; ties share one, nothing has none."""
    return [None if s is None else 1 + sum(o is not None and o > s for o in scores) for s in scores]


def land(rows: list[list[Any]], silo: str, table: str, file: str, values: dict[str, str]) -> str:
    """Remember one landed row of ``silo``/``table`` and return its landing_ref."""
    number = 4 + sum(r[0] == (silo, table) for r in rows)
    ref = f"{silo}/{table}/{BATCH}#{file}!1:{number}"
    rows.append([(silo, table), ref, file, number, values])
    return ref

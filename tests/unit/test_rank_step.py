"""Cells of the method become draws and Sobol indices: bases, who is ranked among whom, adjustments, order of rows."""

from __future__ import annotations

from decimal import Decimal
from itertools import product

import pyarrow as pa
import pytest

from pipelines.analysis import rank_step
from pipelines.analysis.scoring import opinions

NUMBERS = {
    "rank_draw_count": 40, "rank_draw_seed": 7, "rank_weight_share": "0.25", "rank_goalpost_share": "0.10",
    "rank_geometric_share": "0.5", "rank_geometric_least": "0.01", "rank_driver_base": 16,
}  # fmt: skip
RULES = {
    # code: l1, l2, direction, weights, bounds
    "A101": ("A", "A1", "higher", (0.6, 1, 0.75), (0, 100)), "A102": ("A", "A1", "lower", (0.6, 1, 0.25), (50, 10)),
    "B101": ("B", "B1", "band", (0.4, 1, 1), (0.2, 1, 4, 8)),
}  # fmt: skip
# unit: value and score per indicator; no score: does not apply; no value: a score without a goalpost to move
TOWNS = {
    "t": {"A101": (80, 80), "A102": (20, 75), "B101": (2, 100)},
    "u": {"A101": (40, 40), "A102": (None, 0), "B101": (6, 50)},
    "v": {"A101": (70, 70), "A102": (30, 50)},
}
BASES = {"t": 0.6 * 78.75 + 40, "u": 0.6 * 30 + 20, "v": 65}


def parameters(**changed: object) -> pa.Table:
    said = NUMBERS | changed
    return pa.table({"parameter_code": list(said), "value": [Decimal(str(v)) for v in said.values()]})


def cells(system: str = "town") -> list[dict]:
    rows = []
    for unit, code in product(TOWNS, RULES):
        if code in TOWNS[unit]:
            l1, l2, direction, weights, bounds = RULES[code]
            value, score = TOWNS[unit][code]
            band = dict(zip(rank_step.BANDS, bounds if len(bounds) == 4 else [None] * 4, strict=True))
            floor, target = bounds if len(bounds) == 2 else (None, None)
            rows.append({
                "system": system, "district_code": "d", "unit_id": unit, "period": "q", "indicator_code": code, "l1_code": l1,
                "l2_code": l2 if system == "town" else None, "direction": direction,
                **{f"weight_l{n}": w for n, w in enumerate(weights, 1)}, "floor_value": floor, "target_value": target, **band,
                "value": value, "score": score,
            })  # fmt: skip
    return rows


def units(system: str = "town", **more: dict) -> list[dict]:
    said = {"system": system, "district_code": "d", "period": "q", "rank_group": "all", "adjustment": Decimal(0)}
    return [{**said, "unit_id": u, **more.get(u, {})} for u in TOWNS]


def test_without_any_movement_a_draw_is_the_base_of_the_method() -> None:
    still = parameters(rank_weight_share=0, rank_goalpost_share=0, rank_geometric_share=0, rank_draw_count=2)
    both = pa.Table.from_pylist([*cells(), *cells("department")])
    made = rank_step.draws(both, pa.Table.from_pylist([*units(), *units("department")]), still)
    assert made.schema == rank_step.DRAWS
    rows = made.to_pylist()
    assert [(r["system"], r["unit_id"], r["draw_number"]) for r in rows[:3]] == [
        ("department", "t", 1), ("department", "t", 2), ("department", "u", 1),
    ]  # fmt: skip
    assert {(r["unit_id"], round(float(r["base"]), 6)) for r in rows} == set(BASES.items())
    assert not any(r["is_geometric"] for r in rows)


def test_the_order_of_rows_and_who_else_is_there_change_nothing() -> None:
    asked = parameters()
    whole = rank_step.draws(pa.Table.from_pylist(cells()), pa.Table.from_pylist(units()), asked)
    turned = rank_step.draws(pa.Table.from_pylist(cells()[::-1]), pa.Table.from_pylist(units()[::-1]), asked)
    assert turned.equals(whole)
    # whoever is not rated takes no part, and the others' draws stay
    without = rank_step.draws(pa.Table.from_pylist(cells()), pa.Table.from_pylist(units()[1:]), asked)
    assert without.to_pylist() == [r for r in whole.to_pylist() if r["unit_id"] != "t"]
    share = sum(r["is_geometric"] for r in whole.to_pylist()) / len(whole)
    assert 0.2 < share < 0.8


def test_a_rank_among_others_hangs_on_what_moves_it_and_alone_on_nothing() -> None:
    asked, given = parameters(rank_geometric_share=0), pa.Table.from_pylist(cells())
    alone = {u: {"rank_group": u} for u in TOWNS}
    made = rank_step.drivers(given, pa.Table.from_pylist(units(**alone)), asked)
    assert made.schema == rank_step.DRIVERS
    assert {float(v) for v in made.column("total_share").to_pylist()} == {0.0}
    assert made.column("run_count").to_pylist() == [16 * 7] * 15, "two weights, two goalposts, the mean"
    # u comes near v only by an adjustment; then what moves both is seen
    close = rank_step.drivers(given, pa.Table.from_pylist(units(u={"adjustment": Decimal("27")})), asked)
    total = {(r["unit_id"], r["factor_kind"], r["node_code"]): float(r["total_share"]) for r in close.to_pylist()}
    assert total["v", "weights", "B"] + total["v", "goalposts", "A"] > 0
    assert total["t", "weights", "A"] == 0, "the first stays the first"
    assert total["v", "mean", ""] == pytest.approx(0), "no draw is geometric"


def test_nobody_rated_gives_empty_tables_of_the_same_form() -> None:
    none = pa.Table.from_pylist([], schema=pa.Table.from_pylist(units()).schema)
    given = pa.Table.from_pylist(cells())
    assert rank_step.draws(given, none, parameters()).equals(rank_step.DRAWS.empty_table())
    assert rank_step.drivers(given, none, parameters()).equals(rank_step.DRIVERS.empty_table())


def test_second_opinions_are_of_towns_and_weigh_every_indicator() -> None:
    both = pa.Table.from_pylist([*cells(), *cells("department")])
    made = rank_step.second_opinions(both, pa.Table.from_pylist([*units(), *units("department")]), parameters())
    assert made.schema == rank_step.OPINIONS
    rows = made.to_pylist()
    assert {r["opinion_code"] for r in rows if r["item_kind"] == "unit"} == set(opinions.OPINIONS)
    for opinion in opinions.WEIGHTS:
        mine = {
            r["item_id"]: float(r["value"])
            for r in rows
            if r["opinion_code"] == opinion and r["item_kind"] == "indicator"
        }
        assert set(mine) == set(RULES)
        assert sum(mine.values()) == pytest.approx(1, abs=1e-8)
    # whoever is best by all there is comes first whatever the opinion
    first = [max((r for r in rows if r["opinion_code"] == o and r["item_kind"] == "unit"), key=lambda r: r["value"])["item_id"] for o in opinions.OPINIONS]  # fmt: skip
    assert set(first) == {"t"}

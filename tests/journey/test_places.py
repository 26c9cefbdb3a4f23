"""Divisions and roads of the pretended departments, landed with their dirt, against the truth. Without servers and dbt."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa

from benchmarks import linked, quality, quality_divisions, tested
from pipelines import contract as contracts
from pipelines.analysis import roads
from pipelines.settings import Settings
from simulator import departments
from simulator.dirt import DirtRates
from simulator.truth import Truth
from simulator.world import World


def test_no_row_is_put_into_a_wrong_division_and_no_clean_one_into_review(tmp_path: Path, record_property: Callable):
    """At twice the dirt, in a district whose figures no rule was chosen by."""
    rows, wrong = quality_divisions.measure(departments.names(), 0.05, 2.0, tmp_path, seed=20261)
    assert wrong == []
    assert sum(r.wrong for r in rows) == sum(r.needless for r in rows) == 0
    said = {(r.silo, r.said) for r in rows if r.mentions}
    assert len({s for s, _ in said}) >= 14
    assert ("enforcement", "address") in said
    assert sum(r.right for r in rows) > 0.99 * sum(r.mentions for r in rows)
    # the dirt is there: a measure that meets none proves nothing
    assert sum(r.review for r in rows) > 20
    total = {c: sum(getattr(r, c) for r in rows) for c in ("mentions", "right", "wrong", "review")}
    # what a person must look at was not told: it counts as missed
    found = linked.Found(total["right"], total["wrong"], total["review"])
    bars = "无一归错，其余待复核 · none wrong, the rest in review"
    record_property(
        tested.NAME,
        tested.line(
            "行政区划 divisions", "种子 seed 20261, ×0.05, 脏 dirt ×2", total["mentions"], found, bars, total["review"]
        ),
    )


def test_every_planted_fault_of_the_roads_is_found_and_nothing_else(tmp_path: Path):
    contract, told = contracts.load("traffic"), Truth()
    made = departments.load("traffic").build(World(scale=0.05), DirtRates(), told)
    served = next(t for t in made if t.name == "road_segments")
    planted: dict[str, set[str]] = {}
    for table, rows, kind, codes in told.links:
        if kind == "road_finding":
            for row, code in zip(rows.tolist(), codes.tolist(), strict=True):
                planted.setdefault(code, set()).add(table.key_of(row))
    landed = quality.land(Settings(tmp_path), contract, contract.tables["road_segments"], served, 1)
    assert landed is not None
    rows = [r for r in landed.to_pylist() if r["_verdict"] == "accepted"]
    segments = pa.table(
        {
            "segment_no": [r["segment_no"] for r in rows],
            **{c: [r[c] for r in rows] for c in ("start_lon", "start_lat", "end_lon", "end_lat")},
            "length_m": [r["length_km"] and float(r["length_km"]) * 1000 for r in rows],
            "speed_kmh": [r["free_speed_kmh"] for r in rows],
            "is_one_way": [r["direction_word"] == "单向" for r in rows],
        }
    )
    graph, unread = roads.from_segments(segments)
    found: dict[str, list[dict]] = {}
    for r in [*unread.to_pylist(), *roads.findings(graph).to_pylist()]:
        found.setdefault(r["finding_code"], []).append(r)
    # an edge without length is refused at the door or a loop of the graph
    refused = {r["segment_no"] for r in landed.to_pylist() if r["_verdict"] == "rejected"}
    assert planted["zero_length"] <= refused | {r["edge_id"] for r in found.get("loop", ())}
    assert {r["edge_id"] for r in found["length_too_short"]} == planted["length_too_short"]
    twins = [{r["edge_id"], r["other_id"]} for r in found["parallel"]]
    assert len(twins) == 6
    assert all(pair & planted["parallel"] for pair in twins)
    assert len(found["no_way_out"]) == 4
    assert len(found["island"]) == 4
    assert set(found) <= {"loop", "length_too_short", "parallel", "no_way_out", "island", "no_ends", "no_speed"}
    # every seat and village can reach every other
    assert int(graph.connected.sum()) == 16 + 341

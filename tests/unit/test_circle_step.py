"""The rescue circle between the two runs of dbt: what models give, and which tables they become."""

from __future__ import annotations

import json
from decimal import Decimal

import pyarrow as pa
import pytest
import shapely

from pipelines.analysis import circle_step

NUMBERS = {
    k: Decimal(v)
    for k, v in {
        "road_join_m": "5", "road_connected_share": "0.5", "road_divide_m": "250", "road_access_kmh": "18", "road_snap_far_m": "1000",
        "arrival_minutes": "15", "circle_reach_m": "250", "circle_site_count": "5", "supply_minutes_far": "15",
    }.items()
}  # fmt: skip
# 9,650 m from west to east in two segments
WEST, MIDDLE, EAST = 120.50, 120.55, 120.60


def table(names: str, *rows: tuple) -> pa.Table:
    return pa.table({n: list(v) for n, v in zip(names.split(), zip(*rows, strict=True), strict=True)})


def given(*speeds: tuple) -> dict[str, pa.Table]:
    segments = table(
        "segment_no start_lon start_lat end_lon end_lat length_m speed_kmh is_one_way",
        ("s1", WEST, 30.0, MIDDLE, 30.0, 4_800.0, 60.0, False),
        ("s2", MIDDLE, 30.0, EAST, 30.0, 4_800.0, 60.0, False),
    )
    teams = table(
        "period event_code facility_id judged_scenario_code turnout_seconds lon lat",
        ("2026Q3", "fire", "XF-1", "usual", 60, WEST, 30.0),
        ("2026Q3", "fire", "XF-2", "usual", 60, WEST, 30.5),  # a station off the road
        ("2026Q3", "traffic", "XF-1", None, 60, WEST, 30.0),
        ("2026Q2", "fire", "XF-1", "usual", 60, WEST, 30.0),
    )
    points = table(
        "point_id lon lat resident_count",
        ("near", WEST, 30.0, 100),
        ("far", EAST, 30.0, 400),
        ("off", EAST, 30.1, 9),
    )
    rows = table("period scenario_code segment_no speed_kmh is_open", *speeds)
    return {
        "fct_road_segments": segments,
        "fct_road_speeds": rows,
        "fct_able_teams": teams,
        "fct_circle_points": points,
        "fct_supply_points": table(
            "point_kind point_id lon lat",
            ("store", "emergency:1", WEST, 30.0), ("store", "fire:off", WEST, 30.5), ("store", "water:nowhere", None, None),
            ("seat", "t1", MIDDLE, 30.0), ("seat", "t2", EAST, 30.0), ("seat", "t3", EAST, 30.1),
        ),
    }  # fmt: skip


def open_at(kmh: float, *cases: tuple[str, str]) -> list[tuple]:
    return [(period, scenario, s, Decimal(kmh), True) for period, scenario in cases for s in ("s1", "s2")]


def test_arrivals_say_who_comes_when_and_why_nobody_does():
    speeds = [
        *open_at(36, ("2026Q3", "usual")),
        ("2026Q3", "flood", "s1", Decimal(36), True),
        ("2026Q3", "flood", "s2", None, False),
    ]
    made = circle_step.run(given(*speeds), NUMBERS)
    rows = {(r["scenario_code"], r["event_code"], r["point_id"]): r for r in made["arrivals"].to_pylist()}
    far = rows["usual", "fire", "far"]
    # 60 s to turn out and 9,600 m at ten metres a second
    assert (far["facility_id"], far["arrival_status"], far["turnout_seconds"]) == ("XF-1", "reached", Decimal(60))
    assert (far["travel_seconds"], far["seconds"]) == (Decimal(960), Decimal(1020))
    assert rows["usual", "fire", "near"]["seconds"] == Decimal(60)
    assert (rows["usual", "fire", "off"]["arrival_status"], rows["usual", "fire", "off"]["seconds"]) == (
        "off_road",
        None,
    )
    assert (rows["flood", "fire", "far"]["arrival_status"], rows["flood", "fire", "far"]["facility_id"]) == (
        "cut_off",
        None,
    )
    assert {k[1] for k in rows} == {"fire", "traffic"}
    assert made["faults"].num_rows == 0


def test_the_last_period_knows_what_teams_reach_and_where_a_site_would_gain():
    made = circle_step.run(given(*open_at(36, ("2026Q2", "usual"), ("2026Q3", "usual"))), NUMBERS)
    assert {r["period"] for r in made["arrivals"].to_pylist()} == {"2026Q2", "2026Q3"}
    assert [(r["period"], r["facility_id"], r["point_id"], r["seconds"]) for r in made["reach"].to_pylist()] == [
        ("2026Q3", "XF-1", "near", Decimal(60))
    ]
    (site,) = made["sites"].to_pylist()
    assert (site["site_rank"], site["people_alone"], site["people_further"]) == (1, 400, 400)
    assert [(r["site_rank"], r["point_id"]) for r in made["site_points"].to_pylist()] == [(1, "far")]
    moves = {r["facility_id"]: r for r in made["moves"].to_pylist()}
    # in the middle it would keep its hundred and win four hundred
    assert (moves["XF-1"]["people_only"], moves["XF-1"]["people_gained"]) == (100, 400)
    assert moves["XF-1"]["near_point_id"] in {"near", "far"}
    shapes = [shapely.from_geojson(r["geojson"]) for r in made["isochrones"].to_pylist()]
    assert [r["minutes"] for r in made["isochrones"].to_pylist()] == [5, 10, 15]
    assert all(s.is_valid and s.geom_type == "MultiPolygon" for s in shapes)
    assert json.loads(made["isochrones"].to_pylist()[0]["geojson"])["type"] == "MultiPolygon"


def test_stores_reach_the_seats_of_towns_within_the_farthest_band():
    slow = [(p, "flood", s, Decimal(18), True) for p in ("2026Q2", "2026Q3") for s in ("s1", "s2")]
    made = circle_step.run(given(*open_at(36, ("2026Q2", "usual"), ("2026Q3", "usual")), *slow), NUMBERS)
    # 4,800 m to the middle; all else is 960 s away, beyond fifteen minutes; a store off the road or without a point reaches nobody
    found = [tuple(r.values()) for r in made["supply"].to_pylist()]
    assert found == [(p, "usual", "emergency:1", "t1", Decimal(480)) for p in ("2026Q2", "2026Q3")]


def test_a_graph_in_parts_gives_a_fault_and_no_times():
    models = given(*[("2026Q3", "usual", s, Decimal(36), True) for s in ("s1", "s3", "s4")])
    models["fct_road_segments"] = models["fct_road_segments"].slice(0, 1)
    cut = pa.concat_tables([models["fct_road_segments"], table(
        " ".join(models["fct_road_segments"].column_names), ("s3", 120.7, 30.0, 120.71, 30.0, 965.0, 60.0, False), ("s4", 120.8, 30.0, 120.81, 30.0, 965.0, 60.0, False)
    )])  # fmt: skip
    made = circle_step.run(models | {"fct_road_segments": cut}, NUMBERS)
    (fault,) = made["faults"].to_pylist()
    assert "cut in two" in fault["what"]
    assert {name: t.num_rows for name, t in made.items()} == {
        "arrivals": 0,
        "reach": 0,
        "sites": 0,
        "site_points": 0,
        "moves": 0,
        "isochrones": 0,
        "supply": 0,
        "faults": 1,
    }


def test_a_place_by_a_way_on_foot_joins_the_next_road():
    models = given(("2026Q3", "usual", "s1", Decimal(36), True), ("2026Q3", "usual", "s2", None, False))
    models["fct_circle_points"] = table("point_id lon lat resident_count", ("path", MIDDLE + 0.005, 30.0, 7))
    (row,) = [r for r in circle_step.run(models, NUMBERS)["arrivals"].to_pylist() if r["event_code"] == "fire"]
    # 60 s to turn out, 4,800 m of road, 482 m on foot at five metres a second
    assert row["arrival_status"] == "reached"
    assert float(row["seconds"]) == pytest.approx(60 + 480 + 482 / 5, abs=1)


def test_the_order_of_rows_does_not_matter():
    one = given(*open_at(36, ("2026Q3", "usual")))
    other = {name: t.take(list(range(t.num_rows))[::-1]) for name, t in one.items()}
    assert circle_step.run(one, NUMBERS) == circle_step.run(other, NUMBERS)

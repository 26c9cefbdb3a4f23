"""A small quarter with a rescue circle: a road, three grids, two key firms and three stations, beside the rest of :mod:`tests.quarter`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import duckdb

from tests import quarter

NOW = quarter.PERIODS[1]
# 9,600 m of road from west to east at 10 m/s: 16 minutes, and a minute to turn out
WEST, MIDDLE, EAST, NORTH = 120.50, 120.55, 120.60, 30.0
GRIDS = {"g0": ("town0", WEST, 100), "g1": ("town1", MIDDLE, 50), "g2": ("town2", EAST, 400)}
FIRMS = {"f0": ("town0", WEST), "f2": ("town2", EAST)}
TABLES = ("rescue_roads", "rescue_places", "team_rescue_circles", "method_circle_cases")


def counted(
    given: quarter.Quarter, grids: Iterable[str] = ("g0", "g1"), firms: Iterable[str] = ("f0",)
) -> quarter.Quarter:
    """Return the quarter with these grids and firms reached in time, and no others."""
    rows = [r for r in given.evidence if not (r[0] in ("E101", "E102") and r[2] == NOW)]
    rows += [("E101", town, NOW, g, n * (g in grids), n) for g, (town, _, n) in GRIDS.items()]
    rows += [("E102", town, NOW, f, f in firms, 1) for f, (town, _) in FIRMS.items()]
    return replace(given, evidence=rows)


def released(given: quarter.Quarter) -> duckdb.DuckDBPyConnection:
    """Return the quarter as a release that holds the roads, places and stations of its rescue circle."""
    con = quarter.as_release(given.scored())
    quarter.load_seed(con, "method_circle_cases")
    con.execute(
        "create table rescue_roads (district_code varchar, period varchar, scenario_code varchar, segment_no varchar, start_lon double, "
        "start_lat double, end_lon double, end_lat double, length_m double, speed_kmh decimal(18, 6), is_one_way boolean, is_usable boolean)"
    )
    con.executemany(
        f"insert into rescue_roads values ('{quarter.DISTRICT}', '{NOW}', 'usual', ?, ?, {NORTH}, ?, {NORTH}, 4800, 36, false, true)",
        [("s1", WEST, MIDDLE), ("s2", MIDDLE, EAST)],
    )
    con.execute("create table rescue_places (district_code varchar, place_id varchar, lon double, lat double)")
    places = [(g, lon) for g, (_, lon, _) in GRIDS.items()] + [(f, lon) for f, (_, lon) in FIRMS.items()]
    con.executemany(f"insert into rescue_places values ('{quarter.DISTRICT}', ?, ?, {NORTH})", places)
    con.execute(
        "create table team_rescue_circles (district_code varchar, event_code varchar, facility_id varchar, facility_name varchar, town_id varchar, "
        "period varchar, scenario_code varchar, turnout_seconds integer, lon double, lat double, only_resident_count bigint, "
        "move_gain_count bigint, move_place_name varchar, move_lon double, move_lat double)"
    )
    # the brigade goes to fires and rescues, the squad beside it to rescues alone; one stands in the next district
    con.executemany(
        f"insert into team_rescue_circles values (?, ?, ?, ?, 'town0', '{NOW}', 'usual', 60, {WEST}, {NORTH}, 0, ?, '第2号网格', {EAST}, {NORTH})",
        [
            (quarter.DISTRICT, "rescue", "XF-1", "城西消防站", 400), (quarter.DISTRICT, "fire", "XF-1", "城西消防站", 400),
            (quarter.DISTRICT, "rescue", "ZJ-2", "城西中队", 0), ("330602", "rescue", "XF-9", "邻区消防站", 0),
        ],
    )  # fmt: skip
    return con


def freeze_into(con: duckdb.DuckDBPyConnection, tables: Path) -> None:
    """Write the tables of the circle, beside those of the quarter, into the folder of a pretended release."""
    quarter.freeze_into(con, tables)
    for name in TABLES:
        con.execute(f"copy (from {name}) to '{tables / f'{name}.parquet'}' (format parquet)")

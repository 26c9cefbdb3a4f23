"""The rescue circle between the two runs of dbt: roads, speeds, able teams and points in; arrivals, reach, sites and shapes out.

Which road is open and how fast, which team is able and how long it takes to turn out stand in the models it reads. A graph that
will not do gives no times at all but a row of ``faults``; what follows is for SQL to say.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import shapely

from pipelines.analysis import circle, circle_shape, circle_sites, roads

_CASE = [("period", pa.string()), ("scenario_code", pa.string()), ("event_code", pa.string())]
_SECONDS, _DEGREES, _PEOPLE = pa.decimal128(12, 3), pa.decimal128(10, 6), pa.decimal128(14, 0)
SCHEMAS = {
    "arrivals": pa.schema(
        [*_CASE, ("point_id", pa.string()), ("facility_id", pa.string()), ("arrival_status", pa.string()), ("turnout_seconds", _SECONDS),
         ("travel_seconds", _SECONDS), ("seconds", _SECONDS)]
    ),
    "reach": pa.schema([*_CASE, ("facility_id", pa.string()), ("point_id", pa.string()), ("seconds", _SECONDS)]),
    "sites": pa.schema(
        [*_CASE, ("site_rank", pa.int32()), ("node_id", pa.string()), ("lon", _DEGREES), ("lat", _DEGREES), ("near_point_id", pa.string()),
         ("people_alone", _PEOPLE), ("people_further", _PEOPLE)]
    ),
    "site_points": pa.schema([*_CASE, ("site_rank", pa.int32()), ("point_id", pa.string())]),
    "moves": pa.schema(
        [*_CASE, ("facility_id", pa.string()), ("node_id", pa.string()), ("lon", _DEGREES), ("lat", _DEGREES), ("near_point_id", pa.string()),
         ("people_only", _PEOPLE), ("people_gained", _PEOPLE)]
    ),
    "isochrones": pa.schema([*_CASE, ("minutes", pa.int32()), ("geojson", pa.string()), ("area_km2", pa.decimal128(12, 3))]),
    "supply": pa.schema(
        [("period", pa.string()), ("scenario_code", pa.string()), ("store_id", pa.string()), ("town_id", pa.string()), ("seconds", _SECONDS)]
    ),
    "faults": pa.schema([("fault_number", pa.int32()), ("what", pa.string()), ("seen", pa.string()), ("advice", pa.string())]),
}  # fmt: skip


@dataclass(frozen=True)
class _Points:
    """The points in the order of their names, with where they join the roads and the seconds from there."""

    point_id: np.ndarray
    lon: np.ndarray
    lat: np.ndarray
    people: np.ndarray
    node: np.ndarray
    access: np.ndarray


def run(given: dict[str, pa.Table], numbers: dict[str, Decimal]) -> dict[str, pa.Table]:
    """Return the tables of the rescue circle, in the forms of :data:`SCHEMAS`.

    ``given``: the core models ``fct_road_segments``, ``fct_road_speeds``, ``fct_able_teams``, ``fct_circle_points`` and
    ``fct_supply_points``. ``numbers``: the method's parameters. Arrivals are worked out for every period, scenario and kind of
    event, the way from stores to the seats of towns for every period and scenario; what each team reaches, sites and shapes
    for the last period, and for the kinds of event that the method judges.
    """
    usable = set(
        given["fct_road_speeds"].filter(given["fct_road_speeds"].column("is_open")).column("segment_no").to_pylist()
    )
    graph, found = graph_of(given["fct_road_segments"], usable, numbers)
    made: dict[str, list[dict[str, Any]]] = {name: [] for name in SCHEMAS}
    if found:
        made["faults"] = [
            {"fault_number": i, "what": f["what"], "seen": f["seen"], "advice": f["do"]} for i, f in enumerate(found, 1)
        ]
        return {name: roads.table(made[name], schema) for name, schema in SCHEMAS.items()}
    pace, far = float(numbers["road_access_kmh"]) / 3.6, float(numbers["road_snap_far_m"])
    limit = float(numbers["arrival_minutes"]) * 60
    points = _points(graph, given["fct_circle_points"], pace, far)
    teams = (
        given["fct_able_teams"]
        .sort_by([("period", "ascending"), ("event_code", "ascending"), ("facility_id", "ascending")])
        .to_pylist()
    )
    last = max((t["period"] for t in teams), default="")
    arrivals = [SCHEMAS["arrivals"].empty_table()]
    for period, scenario, is_at in _scenarios(graph, given["fct_road_speeds"]):
        ways = is_at.matrix()
        made["supply"] += _supply(period, scenario, graph, ways, given["fct_supply_points"], numbers)
        for event in sorted({t["event_code"] for t in teams if t["period"] == period}):
            able = [t for t in teams if (t["period"], t["event_code"]) == (period, event)]
            case = {"period": period, "scenario_code": scenario, "event_code": event}
            start, gap = roads.join(graph, *(_floats(able, c) for c in ("lon", "lat")), within_m=far)
            delay = _floats(able, "turnout_seconds") + gap / pace
            first = circle.nearest(ways, start, delay)
            arrivals.append(_arrivals(case, points, able, first))
            judged = {t["judged_scenario_code"] for t in able} - {None}
            if period == last and judged:
                made["isochrones"] += _isochrones(case, is_at, first, limit, float(numbers["circle_reach_m"]))
            if period == last and scenario in judged:
                for name, rows in _depth(
                    case, graph, ways, points, able, start, delay, limit, int(numbers["circle_site_count"])
                ).items():
                    made[name] += rows
    tables = {name: roads.table(made[name], schema) for name, schema in SCHEMAS.items()}
    return tables | {"arrivals": pa.concat_tables(arrivals)}


def graph_of(
    segments: pa.Table, usable: Collection[str], numbers: Mapping[str, Decimal]
) -> tuple[roads.Graph, list[dict[str, str]]]:
    """Return the graph that points join, and what makes it worthless (:func:`circle.faults`).

    ``usable``: the segments that vehicles may use at some time, whatever a scenario shuts: closing a road must not move a place to another one.
    """
    graph, _ = roads.from_segments(segments, float(numbers["road_join_m"]))
    graph = roads.part(graph, np.array([e in usable for e in graph.edge_id], bool))
    found = circle.faults(graph, float(numbers["road_connected_share"]))
    return graph if found else roads.divided(graph, float(numbers["road_divide_m"])), found


def _points(graph: roads.Graph, given: pa.Table, pace: float, far: float) -> _Points:
    rows = given.sort_by("point_id")
    lon, lat, people = (
        np.array([float(v) for v in rows.column(c).to_pylist()]) for c in ("lon", "lat", "resident_count")
    )
    node, gap = roads.join(graph, lon, lat, within_m=far)
    return _Points(np.asarray(rows.column("point_id").to_pylist(), object), lon, lat, people, node, gap / pace)


def _scenarios(graph: roads.Graph, speeds: pa.Table) -> Iterator[tuple[str, str, roads.Graph]]:
    """Yield period, scenario and the graph as they have it, in order; a segment without a row is shut."""
    rows = speeds.select(["period", "scenario_code", "segment_no", "speed_kmh", "is_open"]).to_pylist()
    said = {
        (r["period"], r["scenario_code"], r["segment_no"]): float(r["speed_kmh"])
        for r in rows
        if r["is_open"] and r["speed_kmh"]
    }
    for period, scenario in sorted({(r["period"], r["scenario_code"]) for r in rows}):
        speed = np.array([said.get((period, scenario, e), np.nan) for e in graph.edge_id])
        yield period, scenario, circle.in_scenario(graph, speed, np.isfinite(speed))


def _arrivals(case: dict[str, str], points: _Points, able: list[dict[str, Any]], first: circle.Nearest) -> pa.Table:
    joined = points.node >= 0
    seconds = np.where(joined, first.seconds[points.node] + points.access, np.inf)
    come = np.isfinite(seconds)
    team = np.where(come, first.team[points.node], 0)
    turnout = _floats(able, "turnout_seconds")[team]
    names = np.array([t["facility_id"] for t in able], object)
    status = np.where(come, "reached", np.where(joined, "cut_off", "off_road"))
    columns = {
        **{c: np.full(len(seconds), v, object) for c, v in case.items()}, "point_id": points.point_id, "facility_id": names[team],
        "arrival_status": status, "turnout_seconds": turnout, "travel_seconds": seconds - turnout, "seconds": seconds,
    }  # fmt: skip
    nobody = ("facility_id", "turnout_seconds", "travel_seconds", "seconds")
    schema = SCHEMAS["arrivals"]
    made = []
    for f in schema:
        none = ~come if f.name in nobody else None
        values = np.where(come, np.round(columns[f.name], 3), 0) if pa.types.is_decimal(f.type) else columns[f.name]
        made.append(
            pa.array(values, pa.float64() if pa.types.is_decimal(f.type) else f.type, mask=none).cast(
                f.type, safe=False
            )
        )
    return pa.table(made, schema=schema)


def _supply(
    period: str, scenario: str, graph: roads.Graph, ways: Any, given: pa.Table, numbers: dict[str, Decimal]
) -> list[dict[str, Any]]:
    """Return the seconds from each store to the seat of each town it reaches within the farthest band; loading is not counted."""
    pace, far = float(numbers["road_access_kmh"]) / 3.6, float(numbers["road_snap_far_m"])
    rows = given.sort_by([("point_kind", "ascending"), ("point_id", "ascending")]).to_pylist()
    stores, seats = ([r for r in rows if r["point_kind"] == kind] for kind in ("store", "seat"))
    start, gap = roads.join(graph, *(_floats(stores, c) for c in ("lon", "lat")), within_m=far)
    goal, rest = roads.join(graph, *(_floats(seats, c) for c in ("lon", "lat")), within_m=far)
    limit = float(numbers["supply_minutes_far"]) * 60
    found = [
        (stores[team], seats[place], of[row, place] + rest[place] / pace)
        for teams, of in circle.every(ways, start, gap / pace, goal, limit)
        for row, team in enumerate(teams)
        for place in np.flatnonzero(np.isfinite(of[row]))
    ]
    return [
        {"period": period, "scenario_code": scenario, "store_id": store["point_id"], "town_id": seat["point_id"], "seconds": seconds}
        for store, seat, seconds in found
        if seconds <= limit
    ]  # fmt: skip


def _isochrones(
    case: dict[str, str], graph: roads.Graph, first: circle.Nearest, limit: float, reach: float
) -> list[dict[str, Any]]:
    rows = []
    for third in (1, 2, 3):
        land = circle_shape.isochrone(graph, first.seconds, limit * third / 3, reach)
        to_metres = np.radians(1) * roads.EARTH
        flat = shapely.transform(land, lambda xy: xy * to_metres * [np.cos(np.radians(graph.lat.mean())), 1.0])  # noqa: B023
        rows.append(
            {
                **case,
                "minutes": round(limit * third / 180),
                "geojson": shapely.to_geojson(land),
                "area_km2": flat.area / 1e6,
            }
        )
    return rows


def _depth(
    case: dict[str, str], graph: roads.Graph, ways: Any, points: _Points, able: list[dict[str, Any]], start: np.ndarray,
    delay: np.ndarray, limit: float, count: int,
) -> dict[str, list[dict[str, Any]]]:  # fmt: skip
    """Return what each team reaches in time, where a new station would gain most, and where each one would stand better."""
    # an arrival is judged by its thousandth of a second, as it is published
    limit += 0.0005
    seconds = np.vstack(
        [s + points.access for _, s in circle.every(ways, start, delay, points.node, limit)]
        or [np.empty((0, len(points.node)))]
    )
    within = seconds <= limit
    by = within.sum(axis=0)
    demand = circle_sites.Demand(points.node, points.access, points.people)
    turnout = min(float(t["turnout_seconds"]) for t in able)
    # a site is named by where people live nearest to it
    home = np.flatnonzero((points.node >= 0) & (points.people > 0))

    def place(node: int) -> dict[str, Any]:
        away = roads.metres(graph.lon[node], graph.lat[node], points.lon[home], points.lat[home])
        return {
            "node_id": graph.node_id[node],
            "lon": graph.lon[node],
            "lat": graph.lat[node],
            "near_point_id": points.point_id[home[int(np.argmin(away))]],
        }

    out: dict[str, list[dict[str, Any]]] = {"reach": [], "sites": [], "site_points": [], "moves": []}
    out["reach"] = [
        {**case, "facility_id": able[t]["facility_id"], "point_id": points.point_id[p], "seconds": seconds[t, p]}
        for t, p in zip(*np.nonzero(within), strict=True)
    ]
    if not len(home):
        return out
    outside, names = demand.of(by == 0), points.point_id[by == 0]
    for i, site in enumerate(circle_sites.rank(ways, outside, turnout, limit, count, graph.connected), 1):
        out["sites"].append(
            {**case, "site_rank": i, **place(site.node), "people_alone": site.alone, "people_further": site.further}
        )
        reached = circle_sites.covered(ways, outside, site.node, turnout, limit)
        out["site_points"] += [{**case, "site_rank": i, "point_id": p} for p in names[reached]]
    uncovered = circle_sites.gains(ways, outside, turnout, limit)
    for t, team in enumerate(able):
        only = within[t] & (by == 1)
        best = circle_sites.move(ways, uncovered, demand, only, float(team["turnout_seconds"]), limit, graph.connected)
        better = best.alone > 0.5
        there = place(best.node) if better else {}
        out["moves"].append(
            {
                **case,
                "facility_id": team["facility_id"],
                **there,
                "people_only": points.people[only].sum(),
                "people_gained": best.alone if better else 0.0,
            }
        )
    return out


def _floats(rows: list[dict[str, Any]], name: str) -> np.ndarray:
    return np.array([np.nan if r[name] is None else float(r[name]) for r in rows])

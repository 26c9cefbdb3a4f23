"""The rescue circle on anybody's roads: CSV in, CSV and GeoJSON out. Nothing of the warehouse is read.

All faults of all files are collected with their rows before anything is computed, and raised once.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from pipelines.analysis import circle, circle_shape, circle_sites, roads
from pipelines.errors import AnlanError

# what a column may be called: our word first, then those of OpenStreetMap extracts
NAMES = {
    "node_id": ("node_id", "osm_node_id", "id"), "station_id": ("station_id", "osm_id", "id"), "place_id": ("place_id", "osm_id", "id"),
    "seconds": ("seconds", "travel_s"), "speed_kmh": ("speed_kmh", "speed_kph"), "road_class": ("road_class", "highway"),
}  # fmt: skip
_QUOTED = 5


@dataclass(frozen=True)
class Wishes:
    """How the circle is drawn. Times in seconds, distances in metres; without ``access_kmh`` the way off the road takes no time."""

    limit: float = 900.0
    turnout: float = 0.0
    far_m: float = 1000.0
    access_kmh: float | None = None
    reach_m: float = 250.0
    sites: int = 10
    least_share: float = 0.9
    closed: frozenset[str] = frozenset()


@dataclass
class _File:
    """One CSV as columns of text, and what was wrong with its rows. Rows count from 2, as an editor shows them."""

    path: Path
    columns: dict[str, list[str]]
    faults: list[str] = field(default_factory=list)

    @classmethod
    def read(cls, path: Path) -> _File:
        """Return the file; rows of another length than its head are faults, a file that is no CSV is an error."""
        try:
            with path.open(encoding="utf-8-sig", newline="") as f:
                head, *rows = list(csv.reader(f)) or [[]]
        except (OSError, UnicodeDecodeError) as e:
            raise AnlanError(str(path), "cannot be read", str(e), "give a CSV in UTF-8 with a head line") from e
        made = cls(path, {})
        ragged = [i for i, r in enumerate(rows, 2) if len(r) != len(head)]
        made.fault("have another number of cells than the head", ragged)
        made.columns = {n.strip(): [r[i].strip() if i < len(r) else "" for r in rows] for i, n in enumerate(head)}
        return made

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), []))

    def fault(self, what: str, rows: Sequence[int]) -> None:
        """Note that some rows are wrong; none is no fault."""
        if len(rows):
            some = ", ".join(str(int(r)) for r in list(rows)[:_QUOTED])
            self.faults.append(
                f"{self.path.name}: {len(rows)} row(s) {what}, row {some}{' …' if len(rows) > _QUOTED else ''}"
            )

    def has(self, name: str) -> bool:
        """Tell whether a column is there, by any of its names."""
        return any(n in self.columns for n in NAMES.get(name, (name,)))

    def text(self, name: str, needed: bool = True) -> list[str]:
        """Return a column as it stands; one that is needed and not there is a fault."""
        for n in NAMES.get(name, (name,)):
            if n in self.columns:
                return self.columns[n]
        if needed:
            self.faults.append(f"{self.path.name}: has no column {name}; it has {', '.join(self.columns) or 'none'}")
        return [""] * len(self)

    def numbers(self, name: str, good: Callable[[np.ndarray], np.ndarray], what: str) -> np.ndarray:
        """Return a column of numbers; a cell that is none, or not ``good``, is a fault."""
        values = np.array([_number(v) for v in self.text(name)], float)
        with np.errstate(invalid="ignore"):
            bad = ~(np.isfinite(values) & good(values))
        if self.has(name):
            self.fault(f"have {what} in {name}", np.flatnonzero(bad) + 2)
        return values

    def ids(self, name: str) -> list[str]:
        """Return a column of names, each there once."""
        values = self.text(name)
        seen: set[str] = set()
        twice = [i for i, v in enumerate(values, 2) if v in seen or seen.add(v)]  # type: ignore[func-returns-value]
        if self.has(name):
            self.fault(f"have no {name}", [i for i, v in enumerate(values, 2) if not v])
            self.fault(f"have a {name} that stands before", [i for i in twice if values[i - 2]])
        return values

    def points(self) -> tuple[np.ndarray, np.ndarray]:
        """Return longitudes and latitudes."""
        return (
            self.numbers("lon", lambda v: np.abs(v) <= 180, "no degrees"),
            self.numbers("lat", lambda v: np.abs(v) <= 90, "no degrees"),
        )


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")


def run(
    nodes: Path, edges: Path, stations: Path, places: Path, out: Path, wishes: Wishes, speeds: Path | None = None
) -> dict[str, Any]:
    """Write ``arrivals.csv``, ``isochrones.geojson``, ``sites.csv`` and ``summary.json`` into ``out`` and return the summary.

    ``edges`` are directed: from_node, to_node, and seconds, or length_m with speed_kmh or with a road_class of ``speeds`` (road_class,
    speed_kmh, is_for_vehicles). ``stations``: station_id, lon, lat, turnout_seconds where it differs. ``places``: place_id, lon, lat, people.

    Raises:
        AnlanError: every row that is wrong, no station, a graph cut in two, a station off the road; nothing is written then.

    """
    files = [_File.read(p) for p in (nodes, edges, stations, places)]
    node_file, edge_file, station_file, place_file = files
    table = _File.read(speeds) if speeds else None
    graph = _graph(node_file, edge_file, table, wishes.closed)
    station, place = station_file.ids("station_id"), place_file.ids("place_id")
    if not station:
        station_file.faults.append(f"{stations.name}: names no station, so nobody could come")
    base, home = station_file.points(), place_file.points()
    turnout = np.full(len(station), wishes.turnout)
    if station_file.has("turnout_seconds"):
        turnout = station_file.numbers("turnout_seconds", lambda v: v >= 0, "no seconds")
    people = (
        place_file.numbers("people", lambda v: v >= 0, "no people") if place_file.has("people") else np.ones(len(place))
    )
    _refuse([*files, *([table] if table else [])])
    circle.refuse(circle.faults(graph, wishes.least_share), edges.name)
    start, gap = roads.join(graph, *base, within_m=wishes.far_m)
    station_file.fault(f"lie farther than {wishes.far_m:g} m from any road", np.flatnonzero(start < 0) + 2)
    _refuse([station_file])
    pace = wishes.access_kmh / 3.6 if wishes.access_kmh else np.inf
    at, off = roads.join(graph, *home, within_m=wishes.far_m)
    # points join roads that are closed today too: closing one must not move a place to another road
    at_once = replace(graph, seconds=np.where(np.isin(graph.edge_id, list(wishes.closed)), np.nan, graph.seconds))
    ways, delay = at_once.matrix(), turnout + gap / pace
    first = circle.nearest(ways, start, delay)
    seconds = np.where(at >= 0, first.seconds[at] + np.nan_to_num(off) / pace, np.inf)
    inside = seconds <= wishes.limit
    need = circle_sites.Demand(at, np.nan_to_num(off) / pace, people).of(~inside)
    sites = circle_sites.rank(
        ways, need, float(turnout.min(initial=wishes.turnout)), wishes.limit, wishes.sites, graph.connected
    )
    summary = {
        "nodes": len(graph.node_id), "edges": len(graph.tail), "nodes_connected": int(graph.connected.sum()), "stations": len(station),
        "places": len(place), "places_inside": int(inside.sum()), "people": float(people.sum()), "people_inside": float(people[inside].sum()),
        "limit_seconds": wishes.limit,
    }  # fmt: skip
    out.mkdir(parents=True, exist_ok=True)
    status = np.where(at < 0, "off_road", np.where(np.isinf(seconds), "cut_off", np.where(inside, "in_time", "late")))
    come = np.isfinite(seconds)
    _write(
        out / "arrivals.csv", ("place_id", "arrival_status", "station_id", "seconds", "node_id", "snap_m", "people"),
        [
            (p, status[i], station[first.team[at[i]]] if come[i] else "", f"{seconds[i]:.6f}" if come[i] else "",
             graph.node_id[at[i]] if at[i] >= 0 else "", f"{off[i]:.1f}" if at[i] >= 0 else "", f"{people[i]:g}")
            for i, p in enumerate(place)
        ],
    )  # fmt: skip
    _write(
        out / "sites.csv", ("site_rank", "node_id", "lon", "lat", "people_further", "people_alone"),
        [(i, graph.node_id[s.node], f"{graph.lon[s.node]:.6f}", f"{graph.lat[s.node]:.6f}", f"{s.further:g}", f"{s.alone:g}") for i, s in enumerate(sites, 1)],
    )  # fmt: skip
    lands = [
        ({"minutes": round(wishes.limit * k / 180, 2)}, circle_shape.isochrone(at_once, first.seconds, wishes.limit * k / 3, wishes.reach_m)) for k in (3, 2, 1)
    ]  # fmt: skip
    (out / "isochrones.geojson").write_text(json.dumps(circle_shape.feature_collection(lands)), encoding="utf-8")
    (out / "summary.json").write_text(json.dumps(summary, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    return summary


def _graph(nodes: _File, edges: _File, speeds: _File | None, closed: frozenset[str]) -> roads.Graph:
    """Return the graph as far as the rows are sound; what is not is noted in its file."""
    ids = nodes.ids("node_id")
    lon, lat = nodes.points()
    place = {n: i for i, n in enumerate(ids)}
    ends = [np.array([place.get(n, -1) for n in edges.text(c)], int) for c in ("from_node", "to_node")]
    for name, end in zip(("from_node", "to_node"), ends, strict=True):
        if edges.has(name):
            edges.fault(f"name in {name} a node that is not in {nodes.path.name}", np.flatnonzero(end < 0) + 2)
    name = edges.text("edge_id") if edges.has("edge_id") else [str(i) for i in range(2, len(edges) + 2)]
    if closed - set(name):
        edges.faults.append(
            f"{edges.path.name}: has no edge {', '.join(sorted(closed - set(name)))}, which is to be closed"
        )
    is_open = np.ones(len(name), bool)
    not_below = lambda v: v >= 0  # noqa: E731
    if speeds is None and edges.has("seconds"):
        length = edges.numbers("length_m", not_below, "no metres") if edges.has("length_m") else np.zeros(len(name))
        seconds = edges.numbers("seconds", not_below, "no seconds of 0 or more")
    else:
        length = edges.numbers("length_m", not_below, "no metres of 0 or more")
        kmh, vehicles = _speeds(edges, speeds)
        is_open &= vehicles
        seconds = length / np.where(kmh > 0, kmh, np.nan) * 3.6
    keep = np.flatnonzero(is_open & (ends[0] >= 0) & (ends[1] >= 0))
    return roads.Graph(
        np.array(ids, object),
        lon,
        lat,
        np.array(name, object)[keep],
        ends[0][keep],
        ends[1][keep],
        length[keep],
        seconds[keep],
    )


def _speeds(edges: _File, speeds: _File | None) -> tuple[np.ndarray, np.ndarray]:
    """Return km/h of every edge, and whether vehicles may use it: by the table of classes, or as the edge says."""
    if speeds is None:
        return edges.numbers("speed_kmh", lambda v: v > 0, "no speed above 0"), np.ones(len(edges), bool)
    classes = speeds.ids("road_class")
    vehicles = [v.lower() not in ("false", "no", "0", "否") for v in speeds.text("is_for_vehicles", needed=False)]
    kmh = np.array([_number(v) for v in speeds.text("speed_kmh")])
    speeds.fault(
        "have no speed above 0 in speed_kmh",
        [i for i, (v, k) in enumerate(zip(vehicles, kmh, strict=True), 2) if v and not (np.isfinite(k) and k > 0)],
    )
    known = {c: i for i, c in enumerate(classes)}
    row = np.array([known.get(c, -1) for c in edges.text("road_class")], int)
    if edges.has("road_class"):
        edges.fault(f"have a road_class that is not in {speeds.path.name}", np.flatnonzero(row < 0) + 2)
    if not len(kmh):
        return np.full(len(edges), np.nan), np.ones(len(edges), bool)
    return np.where(row >= 0, kmh[row], np.nan), np.where(row >= 0, np.array(vehicles)[row], True)


def _refuse(files: Sequence[_File]) -> None:
    found = [f for file in files for f in file.faults]
    if found:
        raise AnlanError(
            "rescue circle",
            f"{len(found)} fault(s) in the files, nothing was computed",
            "; ".join(found),
            "mend these rows and run again",
        )


def _write(path: Path, head: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as f:
        csv.writer(f, lineterminator="\n").writerows([head, *rows])

"""Stations of a what-if: moved, or opened somewhere; who is then reached in time, over the roads that the release holds.

Belongs here: the rescue circle of a quarter built again from a release (:class:`Circle`), by the same graph, joins and speeds as
:mod:`circle_step`, and what moved and new stations make of the evidence rows. A release whose circle does not come out the same when
nothing is moved cannot be tried. Does not belong here: who is able, how fast, what counts as in time; these are rows of the release.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from pipelines.analysis import circle, circle_step, roads
from pipelines.analysis.whatif_changes import Change, place_of
from pipelines.errors import AnlanError, UsageError

#: tables of a release without which no station can be moved
TABLES = ("rescue_roads", "rescue_places", "team_rescue_circles", "method_circle_cases")
NUMBERS = "road_join_m road_connected_share road_divide_m road_access_kmh road_snap_far_m arrival_minutes".split()
_EVIDENCE = "temp.town_indicator_evidence"
Place = tuple[float, float]


@dataclass(frozen=True)
class _Teams:
    """The able teams of a case, in the order of their names: who, turnout in seconds, where they join the roads, seconds to get there."""

    facility_id: list[str]
    turnout: np.ndarray
    node: np.ndarray
    way: np.ndarray


class Circle:
    """The rescue circle of a district in a quarter, as a release holds it.

    ``ask``: returns the rows of a query as an Arrow table; ``numbers``: the parameters of the method named in :data:`NUMBERS`.

    Raises:
        AnlanError: the release holds no sound roads of the quarter, or its circle does not come out the same.

    """

    def __init__(
        self, ask: Callable[..., pa.Table], district: str, period: str, numbers: Mapping[str, Decimal]
    ) -> None:
        self.district, self._numbers = district, numbers
        where = [district, period]
        rows = ask(
            "select * from rescue_roads where district_code = ? and period = ? order by scenario_code, segment_no",
            where,
        )
        self._scenarios(rows)
        self._limit, self._pace = float(numbers["arrival_minutes"]) * 60, float(numbers["road_access_kmh"]) / 3.6
        places = ask("select * from rescue_places where district_code = ? order by place_id", [district])
        self._place = np.asarray(places.column("place_id").to_pylist(), object)
        self._node, self._access = self._joined(_floats(places, "lon"), _floats(places, "lat"))
        teams = ask(
            "select * from team_rescue_circles where district_code = ? and period = ? order by scenario_code, event_code, facility_id",
            where,
        ).to_pylist()
        #: (scenario, kind of event) -> its teams
        self._teams = {
            case: self._able([t for t in teams if (t["scenario_code"], t["event_code"]) == case])
            for case in sorted({(t["scenario_code"], t["event_code"]) for t in teams} & {(s, e) for s, e, _ in self._cases(ask)})
        }  # fmt: skip
        #: indicator -> (scenario, kind of event)
        self.cases = {i: (s, e) for s, e, i in self._cases(ask) if (s, e) in self._teams}
        self._now = {code: self.reached(case) for code, case in self.cases.items()}
        self._same(ask, period)

    @staticmethod
    def _cases(ask: Callable[..., pa.Table]) -> list[tuple[str, str, str]]:
        found = ask("select distinct scenario_code, event_code, indicator_code from method_circle_cases order by all")
        return [tuple(r.values()) for r in found.to_pylist()]

    def _scenarios(self, rows: pa.Table) -> None:
        names = sorted(set(rows.column("scenario_code").to_pylist()))
        of = {n: rows.filter(pa.compute.equal(rows.column("scenario_code"), n)) for n in names}
        if not of:
            raise AnlanError("what-if", "the release holds no roads of the quarter", do="try the newest quarter")
        first = of[names[0]]
        usable = set(first.filter(first.column("is_usable")).column("segment_no").to_pylist())
        self._graph, found = circle_step.graph_of(first, usable, self._numbers)
        circle.refuse(found, "road graph of the release")
        self._ways = {}
        for name, table in of.items():
            said = dict(zip(table.column("segment_no").to_pylist(), _floats(table, "speed_kmh"), strict=True))
            speed = np.array([said[e] for e in self._graph.edge_id])
            self._ways[name] = circle.in_scenario(self._graph, speed, np.isfinite(speed)).matrix()

    def _joined(self, lon: Any, lat: Any) -> tuple[np.ndarray, np.ndarray]:
        node, gap = roads.join(self._graph, lon, lat, within_m=float(self._numbers["road_snap_far_m"]))
        return node, gap / self._pace

    def _able(self, rows: list[dict[str, Any]]) -> _Teams:
        lon, lat = (np.array([np.nan if r[c] is None else float(r[c]) for r in rows]) for c in ("lon", "lat"))
        turnout = np.array([float(r["turnout_seconds"]) for r in rows])
        return _Teams([r["facility_id"] for r in rows], turnout, *self._joined(lon, lat))

    def _same(self, ask: Callable[..., pa.Table], period: str) -> None:
        """Raise when the circle, nothing moved, is not what the evidence says."""
        for code, reached in self._now.items():
            rows = ask(
                "select entity_id, numerator > 0 as is_reached from main.town_indicator_evidence "
                "where district_code = ? and period = ? and indicator_code = ? and denominator > 0", [self.district, period, code],
            ).to_pylist()  # fmt: skip
            other = [r["entity_id"] for r in rows if r["is_reached"] != reached.get(r["entity_id"], False)]
            if other:
                raise AnlanError(
                    "what-if", f"the rescue circle of {code}, worked out again, is not what the release says",
                    circle.quoted(other, "place"), "freeze the quarter again: anlan run",
                )  # fmt: skip

    def has(self, facility: str) -> bool:
        """Return whether a station is able for a kind of event that the method judges."""
        return any(facility in t.facility_id for t in self._teams.values())

    def is_near_a_road(self, place: Place) -> bool:
        """Return whether a place joins the roads of the district."""
        return bool(self._joined([place[0]], [place[1]])[0][0] >= 0)

    def changed(
        self, code: str, moved: Mapping[str, Place], opened: Sequence[tuple[Place, bool]]
    ) -> tuple[list[str], list[str]]:
        """Return the grids and key firms of an indicator that are reached in time by stations moved and opened only, and those no longer."""
        was, now = self._now[code], self.reached(self.cases[code], moved, opened)
        other = [place for place, is_in in now.items() if is_in != was[place]]
        return [p for p in other if now[p]], [p for p in other if was[p]]

    def reached(
        self, case: tuple[str, str], moved: Mapping[str, Place] | None = None, opened: Sequence[tuple[Place, bool]] = ()
    ) -> dict[str, bool]:
        """Return for each grid and key firm whether somebody comes in time.

        ``moved``: stations by where they stand instead. ``opened``: places of new stations, whose teams turn out as fast as the fastest,
        and whether a place is a node of the roads, as candidate sites are.
        """
        teams = self._teams[case]
        node, way, turnout = teams.node.copy(), teams.way.copy(), teams.turnout
        for facility, place in (moved or {}).items():
            if facility in teams.facility_id:
                at = teams.facility_id.index(facility)
                (node[at],), (way[at],) = self._joined([place[0]], [place[1]])
        for place, is_node in opened:
            (new,), (far,) = self._joined([place[0]], [place[1]])
            node, way, turnout = (
                np.r_[node, new],
                np.r_[way, 0.0 if is_node else far],
                np.r_[turnout, teams.turnout.min()],
            )
        first = circle.nearest(self._ways[case[0]], node, turnout + way, limit=self._limit + 1)
        # an arrival is judged by its thousandth of a second, as it is published
        seconds = np.round(np.where(self._node >= 0, first.seconds[self._node] + self._access, np.inf), 3)
        return dict(zip(self._place, (seconds <= self._limit).tolist(), strict=True))


def codes(cursor: duckdb.DuckDBPyConnection) -> set[str]:
    """Return the indicators that the rescue circle is judged by."""
    if not _held(cursor, "method_circle_cases"):
        return set()
    return {r[0] for r in cursor.execute("select distinct indicator_code from method_circle_cases").fetchall()}


def apply(
    cursor: duckdb.DuckDBPyConnection, period: str, changes: Sequence[Change], circle_of: Callable[[str], Circle]
) -> None:
    """Change the rows of who is reached in time by stations moved and opened.

    Where only candidate sites open, what the release says of them is enough. ``circle_of``: the rescue circle of a district.
    """
    sites = {c.said: _site(cursor, period, c) for c in changes if c.kind == "site" and c.word == "open"}
    if all(c.said in sites for c in changes):
        for rows in sites.values():
            _open(cursor, period, rows)
        return
    moved: dict[str, dict[str, Place]] = {}
    opened: dict[str, list[tuple[str, Place, bool]]] = {}
    for change in changes:
        district = _district(cursor, period, change)
        if change.said in sites:
            row = sites[change.said][0]
            opened.setdefault(district, []).append((row["event_code"], (float(row["lon"]), float(row["lat"])), True))
            continue
        place = place_of(change)
        found = circle_of(district)
        if change.kind == "site" and change.code not in {event for _, event in found.cases.values()}:
            raise UsageError(
                change.said, "names no kind of event that the method judges",
                do=f"write site.EVENT=longitude,latitude with one of {', '.join(sorted({e for _, e in found.cases.values()}))}",
            )  # fmt: skip
        if not found.is_near_a_road(place):
            raise UsageError(
                change.said, "is a place off every road of the district",
                do="name a place in the district, longitude first, WGS-84",
            )  # fmt: skip
        if change.kind == "site":
            opened.setdefault(district, []).append((change.code, place, False))
        else:
            moved.setdefault(district, {})[change.code] = place
    for district in sorted({*moved, *opened}):
        _recount(cursor, period, circle_of(district), moved.get(district, {}), opened.get(district, []))


def _recount(
    cursor: duckdb.DuckDBPyConnection, period: str, found: Circle, moved: dict[str, Place], opened: list[tuple[str, Place, bool]]
) -> None:  # fmt: skip
    """Write into the evidence who is reached now and was not, and who is no longer, indicator by indicator."""
    for code, case in found.cases.items():
        gained, lost = found.changed(
            code, moved, [(place, is_node) for event, place, is_node in opened if event == case[1]]
        )
        for places, now in ((gained, "denominator"), (lost, "0")):
            if places:
                cursor.execute(
                    f"""update {_EVIDENCE} set numerator = {now}
                    where district_code = ? and period = ? and indicator_code = ? and entity_id in (select unnest(?)) and denominator > 0""",
                    [found.district, period, code, places],
                )


def _district(cursor: duckdb.DuckDBPyConnection, period: str, change: Change) -> str:
    """Return the district where a station stands or is to stand; refuse a station that is not there or is another district's."""
    asked = cursor.execute("select district_code from dim_towns where ? in ('', town_id)", [change.town]).fetchall()
    ours = {r[0] for r in asked}
    if change.kind == "move":
        held = _held(cursor, "team_rescue_circles")
        where = "select distinct district_code from team_rescue_circles where facility_id = ? and period = ?"
        theirs = {r[0] for r in cursor.execute(where, [change.code, period]).fetchall()} if held else set()
        if not theirs:
            raise UsageError(
                change.said, "names no station of the quarter's rescue circle",
                do="write move.STATION=longitude,latitude with a station of the page of the rescue circle",
            )  # fmt: skip
        if not theirs & ours:
            raise UsageError(
                change.said, "is a station of another district", f"district {', '.join(sorted(theirs))}",
                f"name a station of {', '.join(sorted(ours))}",
            )  # fmt: skip
        ours &= theirs
    if len(ours) > 1:
        raise UsageError(change.said, "may be in several districts", do="name a town by --town")
    return ours.pop()


def _held(cursor: duckdb.DuckDBPyConnection, table: str, column: str = "*") -> bool:
    try:
        cursor.execute(f"select {column} from {table} limit 0")
    except (duckdb.CatalogException, duckdb.BinderException):
        return False
    return True


def _site(cursor: duckdb.DuckDBPyConnection, period: str, change: Change) -> list[dict[str, Any]]:
    """Return the rows of a candidate site (kind of event and place on its list), one for each indicator that judges the event."""
    event, _, rank = change.code.rpartition("-")
    found = [] if not _held(cursor, "candidate_sites", "place_ids") else cursor.sql(
        "select sites.*, cases.indicator_code from candidate_sites as sites inner join method_circle_cases as cases "
        "using (scenario_code, event_code) where period = ? and event_code = ? and cast(site_rank as varchar) = ?", params=[period, event, rank]
    ).to_arrow_table().to_pylist()  # fmt: skip
    if not found:
        raise UsageError(
            change.said,
            "names no candidate site of the quarter",
            do="write site.rescue-1=open, with a number of the page of the rescue circle",
        )
    return found


def _open(cursor: duckdb.DuckDBPyConnection, period: str, rows: list[dict[str, Any]]) -> None:
    """Count the places that a candidate site would reach in time as covered."""
    for row in rows:
        cursor.execute(
            f"update {_EVIDENCE} set numerator = denominator where period = ? and indicator_code = ? and entity_id in (select unnest(?))",
            [period, row["indicator_code"], row["place_ids"].split(",")],
        )


def _floats(rows: pa.Table, name: str) -> np.ndarray:
    return np.array([np.nan if v is None else float(v) for v in rows.column(name).to_pylist()])

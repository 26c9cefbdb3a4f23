"""How a department with many tables writes them down under its own names, rows sent twice at the very end.

Small helpers for modules of ``departments``; nothing here draws from a stream that it was not given.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from simulator.departments._book import Book, listed
from simulator.dirt import DirtRates, Spoiler, Truth
from simulator.tables import Table, date_text, time_text
from simulator.world import World

SILENT = ("/", "—", "--", "N/A", "null", "暂无", "待补充", "不详")


def minutes(rng: np.random.Generator, n: int, low: float, high: float) -> np.ndarray:
    """Return ``n`` spans between ``low`` and ``high`` minutes, to the second."""
    return (rng.uniform(low, high, n) * 60).astype(int).astype("timedelta64[s]")


def when(world: World, rng: np.random.Generator, quarter: np.ndarray, office: bool = True) -> np.ndarray:
    """Return a time inside each row's ``quarter`` (a position in ``world.quarters``); in office hours if asked."""
    first = np.array([q[1] for q in world.quarters])[quarter].astype("datetime64[s]")
    last = np.array([q[2] for q in world.quarters])[quarter].astype("datetime64[s]")
    n = len(first)
    day = (rng.random(n) * ((last - first).astype(int) // 86400)).astype(int)
    second = rng.integers(8 * 3600 + 1800, 17 * 3600, n) if office else rng.integers(0, 86400, n)
    return first + (day * 86400 + second).astype("timedelta64[s]")


def seconds(days_: np.ndarray) -> np.ndarray:
    """Return days as times at midnight."""
    return np.asarray(days_).astype("datetime64[s]")


class Desk(Book):
    """A book whose columns have names of ours and names of the department."""

    def __init__(
        self, silo: str, world: World, rates: DirtRates, truth: Truth, names: Mapping[str, str] | None = None,
        iso: Sequence[str] = (), codes: np.ndarray | None = None, mixed_points: bool = False,
    ) -> None:  # fmt: skip
        """``names``: our column name to the department's; ``iso``: the times that are sent with their offset, +08:00.

        ``codes``: the department's town codes in the order of the towns; today's of nine digits if not given.
        ``mixed_points``: a fifth of the points are GCJ-02 under another name (#10).
        """
        super().__init__(silo, world, rates, truth)
        self.names, self.iso = names or {}, iso
        self.codes = world.towns["nbs9"] if codes is None else codes
        self.mixed_points = mixed_points
        self._again: list[Spoiler] = []

    def add(
        self,
        name: str,
        columns: Mapping[str, np.ndarray],
        *,
        dates: str = "",
        text: str = "",
        empty: str = "",
        ids: str = "",
        phones: str = "",
        people: str = "",
        codes: str = "",
        points: bool = False,
        anchored: np.ndarray | None = None,
        towns: bool = False,
        known: np.ndarray | None = None,
        names: Mapping[str, str] | None = None,
        repeat: bool = True,
    ) -> Spoiler:
        """Write a table whose first column is its key, spoil it in the usual ways and return its spoiler.

        The words after a kind of dirt are column names, a ``!`` after a name says that the column is mandatory.
        Arrays become text: days and times by the column's name, true and false as 是 and 否. ``anchored``: rows that
        lie at a place another list knows, so that a point of another system can be told there (#10).
        """
        ours = {**self.names, **(names or {})}
        their = {c: ours.get(c, c) for c in columns}
        key = next(iter(their.values()))
        held = {their[c]: self._cells(c, v) for c, v in columns.items()}
        table = Table(self.silo, name, (key,), held, known=known).freeze_keys()
        self.tables.append(table)
        s, rates, world = Spoiler(table, self.truth, self.rng(f"dirt {name}")), self.rates, self.world

        def each(words: str) -> list[tuple[str, bool]]:
            return [(their[c], must) for c, must in listed(words)]

        self.spoil_usual(
            s, ids=each(ids), credit=each(codes), phones=each(phones), people=each(people), dates=each(dates)
        )
        for c, _ in each(text):
            s.text(c, rates)
        for c in empty.split():
            # 无 answers a yes-or-no question
            s.empty(their[c], rates, words=SILENT if c.startswith(("is_", "has_", "verified_by_")) else ())
        if points:
            shifted = replace(rates, gcj_point=min(1.0, 5 * rates.gcj_point))
            for c, _ in each(codes):
                # a place that is named wrongly anchors nothing
                anchored = None if anchored is None else anchored & ~s.touched[c]
            s.points(their["lon"], their["lat"], shifted, self.mixed_points, anchored)
        if towns:
            code = their.get("town_code")
            if code:
                self._note_old_codes(s, code, their["town_name"])
            s.towns(code, their["town_name"], rates, list(world.towns["name"]), list(self.codes))
        if repeat:
            self._again.append(s)
        return s

    def finished(self) -> list[Table]:
        """Return the tables, some rows of which are sent twice: to the byte, so nothing is spoiled after this."""
        for s in self._again:
            s.repeat_rows(self.rates.duplicate_row)
        self._again = []
        return self.tables

    def _note_old_codes(self, s: Spoiler, code: str, name: str) -> None:
        today = dict(zip(self.world.towns["name"], self.world.towns["nbs9"], strict=True))
        given = s.table.columns[code]
        wanted = np.array([today.get(x) for x in s.table.columns[name]], dtype=object)
        rows = np.array([r for r, v in enumerate(given) if v and wanted[r] and v[:9] != wanted[r]], int)
        s.note_many(rows, code, "#2 old town code beside the new street name", wanted[rows], given[rows])

    def _cells(self, name: str, values: np.ndarray) -> np.ndarray:
        values = np.asarray(values)
        if values.dtype.kind == "M":
            if name.endswith("_date"):
                return date_text(values)
            texts = time_text(values)
            if name not in self.iso:
                return texts
            return np.array([None if t is None else f"{t.replace(' ', 'T')}+08:00" for t in texts], dtype=object)
        if values.dtype == bool:
            return np.where(values, "是", "否").astype(object)
        if values.dtype.kind in "iu":
            return values.astype(str).astype(object)
        if values.dtype.kind == "f":
            return np.array([format(v, ".6f" if name in ("lon", "lat") else ".2f") for v in values], dtype=object)
        return np.array([_cell(v) for v in values], dtype=object)


def _cell(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool | np.bool_):
        return "是" if value else "否"
    return f"{value:.2f}" if isinstance(value, float) else str(value)


def ordered(tables: list[Table], since: Mapping[str, str]) -> list[Table]:
    """Return the tables with their rows in the order of the column that ``since`` names for a table."""
    made = []
    for table in tables:
        column = since.get(table.name)
        if column:
            values = table.columns[column].astype(str)
            table = table.take(np.argsort(values, kind="stable"))
        made.append(table)
    return made

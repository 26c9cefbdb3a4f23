"""How a department with many tables writes them: cells as text, much dirt by column, links to real things.

Small helpers for modules of ``departments``; nothing here draws from a stream that it was not given.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from simulator.departments._book import Book, listed
from simulator.dirt import DirtRates, Spoiler, forms
from simulator.tables import Table, date_text, time_text

# when a row was changed, as an API tells it: with its offset
WITH_OFFSET = ("updatedAt", "recordedAt")


def minutes(rng: np.random.Generator, n: int, low: int, high: int) -> np.ndarray:
    """Return ``n`` spans of ``low`` to ``high`` - 1 whole minutes."""
    return (rng.integers(low, high, n) * 60).astype("timedelta64[s]")


def months(first: np.datetime64, last: np.datetime64) -> list[np.datetime64]:
    """Return the first days of the months in [first, last)."""
    m = np.arange(first.astype("datetime64[M]"), last.astype("datetime64[M]"))
    return list(m.astype("datetime64[D]"))


def month_code(day: np.datetime64) -> str:
    """Return ``202607``."""
    return str(day.astype("datetime64[M]")).replace("-", "")


def office(rng: np.random.Generator, day: np.ndarray) -> np.ndarray:
    """Return a time in office hours on each day, to the minute."""
    return day.astype("datetime64[s]") + minutes(rng, len(day), 8 * 60 + 30, 17 * 60)


def commas(rates: DirtRates, columns: Sequence[str], where: np.ndarray | None = None) -> Callable[[Spoiler], None]:
    """Return what puts thousands commas into ``columns`` (#16): sums over them can still be told."""

    def spoil(s: Spoiler) -> None:
        for c in columns:
            s.cells(c, rates.thousands_comma, "#16 thousands comma or bracket", forms.comma, "repaired", where)

    return spoil


class Ledger(Book):
    """A book whose columns have the department's names only."""

    def add(
        self,
        name: str,
        columns: Mapping[str, np.ndarray],
        *,
        key: int = 1,
        dates: str = "",
        text: str = "",
        empty: str = "",
        ids: str = "",
        phones: str = "",
        people: str = "",
        credit: str = "",
        money: Mapping[str, str] | None = None,
        areas: str = "",
        heads: str = "",
        points: tuple[str, str] | None = None,
        towns: tuple[str | None, str] | None = None,
        words: Mapping[str, Mapping[str, Sequence[str]]] | None = None,
        links: Mapping[str, np.ndarray] | None = None,
        first: Callable[[Spoiler], None] | None = None,
        version: str = "",
        known: np.ndarray | None = None,
        repeat: bool = True,
        plain: str = "",
    ) -> Spoiler:
        """Write a table, spoil it in the usual ways and return its spoiler.

        The first ``key`` columns name a row. The words after a kind of dirt are column names; a ``!`` after a name
        says that the column is mandatory. ``money`` gives the unit agreed for a column. ``links``: kind of real thing
        to its id per row. ``first`` spoils before everything else. ``known``: when the department had each row.
        ``plain``: code page the texts must fit in, for files in GBK.
        """
        held = {c: cells(c, v) for c, v in columns.items()}
        table = Table(self.silo, name, tuple(list(held)[:key]), held, version=version, known=known).freeze_keys()
        self.tables.append(table)
        for kind, entity in (links or {}).items():
            self.truth.link(table, np.arange(len(table)), kind, entity)
        s = Spoiler(table, self.truth, self.rng(f"dirt {name} {version}"))
        rates, world = self.rates, self.world
        if first:
            first(s)
        self.spoil_usual(
            s, ids=listed(ids), credit=listed(credit), phones=listed(phones), people=listed(people), dates=listed(dates)
        )
        for c, unit in (money or {}).items():
            s.money(c, rates, unit)
        for c in areas.split():
            s.areas(c, rates)
        for c in heads.split():
            s.headcounts(c, rates)
        for c, variants in (words or {}).items():
            s.words(c, rates, variants)
        for c in text.split():
            s.text(c, rates, plain or None)
        for c in empty.split():
            s.empty(c, rates)
        if points:
            s.points(*points, rates)
        if towns:
            s.towns(*towns, rates, list(world.towns["name"]), list(world.towns["nbs9"]))
        if repeat:
            s.repeat_rows(rates.duplicate_row)
        if table.known is not None:
            # a copy of a row is told when the row is; the old order stays with the links
            self.tables[-1] = table.take(np.argsort(table.known, kind="stable"))
        return s


def cells(name: str, values: np.ndarray) -> np.ndarray:
    """Return a column as text: days, times, true and false as 是 and 否, degrees with six places, amounts with two."""
    values = np.asarray(values)
    kind = values.dtype
    if kind.kind == "M" and name in WITH_OFFSET:
        return np.array(
            [None if t is None else f"{t.replace(' ', 'T')}+08:00" for t in time_text(values)], dtype=object
        )
    if kind.kind == "M":
        return date_text(values) if kind == np.dtype("datetime64[D]") else time_text(values)
    if kind.kind == "b":
        return np.where(values, "是", "否").astype(object)
    if kind.kind in "iu":
        return values.astype(str).astype(object)
    if kind.kind == "f":
        form = ".6f" if name in ("lng", "lat", "LNG", "LAT", "经度", "纬度") else ".2f"
        return np.array([format(v, form) for v in values.tolist()], dtype=object)
    return np.array([_cell(v) for v in values], dtype=object)


def _cell(value: object) -> str | int | None:
    if isinstance(value, bool | np.bool_):
        return "是" if value else "否"
    if value is None or isinstance(value, str | int):
        return value
    return f"{value:.2f}" if isinstance(value, float) else str(value)

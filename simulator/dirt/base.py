"""Choosing cells and noting the truth: what every kind of defect does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import numpy as np

from simulator.tables import Table
from simulator.truth import Truth

Spoil = Callable[[object, np.random.Generator], object]


class Base:
    """A table, its truth, a random stream, and which cells are spoiled already."""

    def __init__(self, table: Table, truth: Truth, rng: np.random.Generator) -> None:
        self.table, self.truth, self.rng = table, truth, rng
        self.touched: dict[str, np.ndarray] = {}

    def _free(self, column: str) -> np.ndarray:
        """Return which cells of ``column`` no kind has touched; the array itself is kept up to date."""
        return ~self.touched.setdefault(column, np.zeros(len(self.table), bool))

    def _draw(self, rate: float, *columns: str, where: np.ndarray | None = None) -> np.ndarray:
        """Return the rows that ``rate`` takes where all ``columns`` are filled and untouched."""
        chosen = self.rng.random(len(self.table)) < rate
        for column in columns:
            chosen &= self._free(column)
        if where is not None:
            chosen &= where
        rows = np.flatnonzero(chosen)
        return np.array([r for r in rows if all(self.table.columns[c][r] is not None for c in columns)], int)

    def _put(self, row: int, column: str, value: object) -> None:
        self.table.columns[column][row] = value
        self.touched[column][row] = True

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Draw from a stream of its own meanwhile, so that a kind added later moves none of the others."""
        kept, self.rng = self.rng, self.rng.spawn(1)[0]
        try:
            yield
        finally:
            self.rng = kept

    def hold(self, column: str, rows: Iterable[int]) -> None:
        """Let no other kind touch these cells: what the world itself holds there must be served as it is."""
        self._free(column)
        self.touched[column][np.asarray(list(rows), int)] = True

    def cells(
        self,
        column: str,
        rate: float,
        kind: str,
        spoil: Spoil,
        expected: str | Callable[[str], str],
        where: np.ndarray | None = None,
    ) -> int:
        """Spoil a share of the filled cells of ``column`` and return how many.

        ``spoil`` gets the clean value and returns the dirty one; equal values are not counted.
        ``expected``: repaired, rejected, flagged or duplicate, see README.md; or what tells it by the dirty value.
        """
        values = self.table.columns[column]
        draw = self.rng.random(len(values)) < rate
        used = self.touched.setdefault(column, np.zeros(len(values), bool))
        chosen = draw & ~used
        if where is not None:
            chosen &= where
        count = 0
        for row in np.flatnonzero(chosen):
            clean = values[row]
            if clean is None:
                continue
            dirty = spoil(clean, self.rng)
            if dirty == clean:
                continue
            told = expected if isinstance(expected, str) else expected(dirty)
            self.truth.add(self.table, row, column, kind, clean, dirty, told)
            values[row] = dirty
            used[row] = True
            count += 1
        return count

    def _meant(self, column: str) -> list[str | None]:
        """Return what the cells of ``column`` say or, where they were written in another form, said before; None: nobody can know."""
        values = [None if v is None else str(v) for v in self.table.columns[column]]
        touched = set(np.flatnonzero(~self._free(column)).tolist())
        if touched:
            key = {self.table.key_of(r): r for r in touched}
            forms = {key[t[2]]: t[5] for t in self.truth.rows if t[1] == self.table.name and t[3] == column and t[2] in key and t[7] == "repaired"}  # fmt: skip
            for row in touched:
                values[row] = forms.get(row)
        return values

    def note(self, row: int, column: str, kind: str, clean: object, dirty: object, expected: str = "flagged") -> None:
        """Note a defect that the world itself already holds."""
        self.truth.add(self.table, row, column, kind, clean, dirty, expected)

    def note_many(
        self,
        rows: Iterable[int],
        column: str,
        kind: str,
        clean: Iterable[object],
        dirty: Iterable[object],
        expected: str = "flagged",
    ) -> None:
        """Note many defects of one column that the world itself already holds."""
        for row, was, now in zip(rows, clean, dirty, strict=True):
            self.truth.add(self.table, int(row), column, kind, was, now, expected)

    def repeat_rows(self, rate: float) -> int:
        """Send a share of rows twice, the copies at the end; return how many."""
        again = np.flatnonzero(self.rng.random(len(self.table)) < rate)
        for row in again:
            self.truth.add(self.table, row, "", "exact_duplicate", None, None, "duplicate")
        self.table.append_copies(again)
        self.touched = {c: np.concatenate([m, np.ones(len(again), bool)]) for c, m in self.touched.items()}
        return len(again)

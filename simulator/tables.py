"""A table as a department holds it: named columns of equal length. No dirt, no files, no servers."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


@dataclass
class Table:
    """Columns under the department's own names; object arrays hold text or None, others are typed.

    ``key``: the columns that name a row in the truth file. ``version``: one file of several, ``2026Q3`` or
    ``2026-07``, empty for the only one. ``known``: when the department had each row (datetime64[s], Beijing);
    None means the version's end, or always. ``up --as-of`` shows only rows known by then.
    """

    silo: str
    name: str
    key: tuple[str, ...]
    columns: dict[str, np.ndarray] = field(default_factory=dict)
    frozen_keys: list[str] | None = None
    version: str = ""
    known: np.ndarray | None = None

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()))) if self.columns else 0

    def freeze_keys(self) -> Table:
        """Remember the clean keys before dirt touches key columns."""
        parts = [self.columns[c] for c in self.key]
        self.frozen_keys = ["|".join("" if v is None else str(v) for v in row) for row in zip(*parts, strict=True)]
        return self

    def key_of(self, row: int) -> str:
        """Return the clean key of ``row``, parts joined by a bar."""
        if self.frozen_keys is not None:
            return self.frozen_keys[row]
        return "|".join(str(self.columns[c][row]) for c in self.key)

    def append_copies(self, rows: np.ndarray) -> None:
        """Repeat ``rows`` at the end, as they are now."""
        self.columns = {c: np.concatenate([v, v[rows]]) for c, v in self.columns.items()}
        if self.frozen_keys is not None:
            self.frozen_keys = self.frozen_keys + [self.frozen_keys[r] for r in rows]
        if self.known is not None:
            self.known = np.concatenate([self.known, self.known[rows]])

    def take(self, rows: np.ndarray) -> Table:
        """Return a table of some rows, in that order."""
        keys = None if self.frozen_keys is None else [self.frozen_keys[r] for r in rows]
        known = None if self.known is None else self.known[rows]
        columns = {c: v[rows] for c, v in self.columns.items()}
        return Table(self.silo, self.name, self.key, columns, keys, self.version, known)

    def of(self, version: str) -> Table:
        """Name the version this table is one of, and return it."""
        self.version = version
        return self

    def arrow(self) -> pa.Table:
        """Return the columns as Arrow; object columns become strings."""
        return pa.table({c: to_arrow(v) for c, v in self.columns.items()})


def to_arrow(values: np.ndarray) -> pa.Array:
    """Turn one column into Arrow; text columns may mix numbers in, which are written plainly."""
    if values.dtype == object:
        try:
            return pa.array(values, pa.string())
        except (pa.ArrowTypeError, pa.ArrowInvalid):
            return pa.array([None if v is None else str(v) for v in values], pa.string())
    return pa.array(values)


def time_text(at: np.ndarray) -> np.ndarray:
    """Write datetime64 as ``YYYY-MM-DD HH:MM:SS``; NaT becomes None."""
    texts = pc.strftime(pa.array(at.astype("datetime64[s]")), format="%Y-%m-%d %H:%M:%S")
    return np.asarray(texts.to_pylist(), dtype=object) if len(at) else np.empty(0, object)


def date_text(at: np.ndarray) -> np.ndarray:
    """Write datetime64 as ``YYYY-MM-DD``; NaT becomes None."""
    days = at.astype("datetime64[D]")
    texts = np.datetime_as_string(days).astype(object)
    texts[np.isnat(days)] = None
    return texts


def to_text(values: np.ndarray, form: str) -> np.ndarray:
    """Write numbers with a format such as ``.6f``."""
    return np.array([format(v, form) for v in values.tolist()], dtype=object)


def decimals(values: np.ndarray, places: int) -> np.ndarray:
    """Write many numbers with fixed places; numbers repeat, so each is written once."""
    scaled = np.round(np.asarray(values) * 10**places).astype(np.int64)
    different, inverse = np.unique(scaled, return_inverse=True)
    texts = np.array([format(v / 10**places, f".{places}f") for v in different.tolist()], dtype=object)
    return texts[inverse]

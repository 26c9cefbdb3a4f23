"""Which values of a batch can be read as they stand, seen at the level of bytes.

Most columns of most batches are clean. This module tells, per value, whether the short reading is safe, so
that the careful forms of :mod:`pipelines.reading` run on the few values that need them. It errs on the
careful side: a value marked plain here reads the same both ways (tests/unit/test_reading.py proves it).
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.contract import Column

_DIGITS = b"0123456789"
_ALLOWED = {"integer": _DIGITS + b"-", "epoch_ms": _DIGITS, "date": _DIGITS + b"-", "datetime": _DIGITS + b"-:. T"}
_DECIMAL = _DIGITS + b"-."
_ALLOWED["duration_h_min"] = _DIGITS + b"."


def _table(allowed: bytes) -> np.ndarray:
    bad = np.ones(256, bool)
    bad[np.frombuffer(allowed, np.uint8)] = False
    return bad


_BAD = {kind: _table(allowed) for kind, allowed in _ALLOWED.items()}
_BAD_DECIMAL = _table(_DECIMAL)


def _odd_text(b: np.ndarray) -> np.ndarray:
    """Return the positions of bytes that open a control, zero-width or full-width character."""
    odd = (b < 0x20) | (b == 0x7F)
    lead = np.flatnonzero((b == 0xEF) | (b == 0xE2) | (b == 0xC2) | (b == 0xE3))
    if len(lead):
        padded = np.concatenate([b, np.zeros(2, np.uint8)])
        one, two, three = padded[lead], padded[lead + 1], padded[lead + 2]
        found = (one == 0xEF) & ((two == 0xBC) | (two == 0xBD) | (two == 0xBB))
        found |= (one == 0xE2) & (two == 0x80) & (three >= 0x8B) & (three <= 0x8F)
        found |= (one == 0xE2) & (two == 0x81) & (three == 0xA0)
        found |= (one == 0xC2) & (two == 0xA0)
        found |= (one == 0xE3) & (two == 0x80) & (three == 0x80)
        odd[lead[found]] = True
    return np.flatnonzero(odd)


def _no_such_day(b: np.ndarray, start: np.ndarray, size: np.ndarray) -> np.ndarray:
    """Return where ``YYYY-MM-DD[ HH:MM[:SS]]`` names a day or an hour that does not exist; leap days count as such."""

    def two(offset: int, where: np.ndarray) -> np.ndarray:
        # unsigned bytes: a sign that is no digit becomes a large number
        return (b[where + offset] - 48) * 10 + (b[where + offset + 1] - 48)

    month, day = two(5, start), two(8, start)
    wrong = (month < 1) | (month > 12) | (day < 1) | (day > 31) | ((month == 2) & (day > 28))
    wrong |= (day == 31) & np.isin(month, (4, 6, 9, 11))
    timed = np.flatnonzero(size >= 16)
    if len(timed):
        wrong[timed] |= (two(11, start[timed]) > 23) | (two(14, start[timed]) > 59)
    return wrong


def untidy(values: pa.StringArray) -> np.ndarray:
    """Return where a text has hidden or full-width characters or blanks at its ends: all others are tidy as they are."""
    n = len(values)
    found = np.zeros(n, bool)
    data = values.buffers()[2] if n else None
    if data is None:
        return found
    ends = np.frombuffer(values.buffers()[1], np.int32)[values.offset : values.offset + n + 1]
    b, at = np.frombuffer(data, np.uint8)[ends[0] : ends[-1]], ends - ends[0]
    where = _odd_text(b)
    if len(where):
        found[np.searchsorted(at, where, side="right") - 1] = True
    full = np.diff(at) > 0
    first, last = b[at[:-1][full]], b[at[1:][full] - 1]
    found[np.flatnonzero(full)[(first == 0x20) | (last == 0x20)]] = True
    return found


def _hours_and_minutes(b: np.ndarray, at: np.ndarray, size: np.ndarray) -> np.ndarray:
    """Return where a text of digits and points is ``h.mm`` with minutes below 60 and one point."""
    right = (size >= 4) & (size <= 7)
    end = at[1:][right]
    right[np.flatnonzero(right)] = (
        (b[end - 3] == 0x2E) & (b[end - 2] < 0x36) & (b[end - 2] != 0x2E) & (b[end - 1] != 0x2E)
    )
    points = np.concatenate([np.zeros(1, np.int64), np.cumsum(b == 0x2E)])
    return right & (points[at[1:]] - points[at[:-1]] == 1)


def careful(column: Column, values: pa.StringArray, empty_words: tuple[str, ...]) -> np.ndarray:
    """Return a boolean array: True where the value needs the careful reading.

    ``values``: one string array without offset or with; nulls need nothing and are False.
    ``empty_words``: the texts that mean "nothing" in this column.
    """
    n, kind = len(values), column.type
    if n == 0 or values.null_count == n:
        return np.zeros(n, bool)
    known = pa.array(list(empty_words), pa.string())
    need = pc.is_in(values, value_set=known, skip_nulls=True).to_numpy(zero_copy_only=False).astype(bool)
    ends = np.frombuffer(values.buffers()[1], np.int32)[values.offset : values.offset + n + 1]
    data = values.buffers()[2]
    if data is not None and ends[-1] > ends[0]:
        b, at = np.frombuffer(data, np.uint8)[ends[0] : ends[-1]], ends - ends[0]
        bad = _BAD_DECIMAL if kind.startswith("decimal") else _BAD.get(kind)
        where = np.flatnonzero(bad[b]) if bad is not None else _odd_text(b)
        if len(where):
            need[np.searchsorted(at, where, side="right") - 1] = True
        size = np.diff(at)
        full = size > 0
        if bad is None:
            first, last = b[at[:-1][full]], b[at[1:][full] - 1]
            need[np.flatnonzero(full)[(first == 0x20) | (last == 0x20)]] = True
        elif kind in {"date", "datetime"}:
            sizes = (10,) if kind == "date" else (16, 19, 23, 26)
            right = np.isin(size, sizes)
            start = at[:-1][right]
            right[np.flatnonzero(right)] = (b[start + 4] == 0x2D) & (b[start + 7] == 0x2D)
            need |= ~right
            whole = np.flatnonzero(right)
            need[whole[_no_such_day(b, at[:-1][whole], size[whole])]] = True
        elif kind == "epoch_ms":
            need |= (size < 12) | (size > 14)
        elif kind == "duration_h_min":
            need |= ~_hours_and_minutes(b, at, size)
    if values.null_count:
        need &= pc.is_valid(values).to_numpy(zero_copy_only=False)
    return need

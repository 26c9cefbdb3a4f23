"""The landed format: which columns ``rows.parquet`` has, and how raw text is kept only where it says more.

A column ``c`` is landed read, as ``c``. Its raw text stands in ``c_text`` only where it differs from the *usual text*
of what was read (:func:`usual_text`); where they are the same, ``c_text`` is null and the usual text *is* the raw
text, to the letter. Null in both means that the source had nothing. Personal raw text is not landed at all: it goes
to the vault. ``landing_ref`` is not stored: it follows from the batch and from file, part and row
(:func:`reference`). docs/adr/0020 says why.

Nothing here judges; nothing here writes.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines import reading
from pipelines.contract import Column, Contract, Table
from pipelines.reading import dates, ident, in_place, numbers, placed, quoted

FORMAT = 2
# a hash of DuckDB's own; its numbers are pinned by tests/unit/test_landed.py, so that a new version cannot change them unseen
HASH_SCHEME = "duckdb-hash-1"

PLACE = ("_file", "_part", "_row")
QUARANTINE_SCHEMA = pa.schema(
    [
        (n, pa.string())
        for n in (
            "landing_ref silo table_name batch rule column_name raw_value "
            "reason_zh reason_en advice_zh advice_en severity"
        ).split()
    ]
)


def column_fields(column: Column) -> list[pa.Field]:
    """Return the landed fields of one column: raw text first, unless it is personal, then what was read."""
    raw = f"{column.name}_text"
    read = [f for f in reading.empty_fields(column) if f.name != raw]
    return read if column.is_personal else [pa.field(raw, pa.string()), *read]


def schema(table: Table) -> pa.Schema:
    """Return the schema of ``rows.parquet``: place, hash, verdict and times, then each column."""
    head = [
        pa.field("_file", pa.string()),
        pa.field("_part", pa.string()),
        pa.field("_row", pa.int64()),
        pa.field("_row_hash", pa.uint64()),
        pa.field("_verdict", pa.string()),
        pa.field("_duplicate_of", pa.string()),
        pa.field("_op", pa.string()),
        pa.field("_valid_at", pa.timestamp("us")),
        pa.field("_recorded_at", pa.timestamp("us")),
    ]
    columns = [f for c in table.columns.values() for f in column_fields(c)]
    return pa.schema([*head, *columns, *reading.group_fields(table)])


def reference(silo: str, table: str, batch: str = "batch") -> str:
    """Return the SQL of a row's ``landing_ref``; ``batch`` is the SQL of the batch's name."""
    place = "coalesce(_file, ''), '!', coalesce(_part, ''), ':', _row"
    return f"concat({quoted(f'{silo}/{table}/')}, {batch}, '#', {place})"


def zone_hours(column: Column, contract: Contract) -> int | None:
    """Return how many hours east of UTC a column's wall clock has been since 1992; None where it moved."""
    return dates.fixed_hours(dates.zone_of(column, contract))


def usual_text(column: Column, contract: Contract, value: str | None = None) -> str:
    """Return the SQL of the usual text of a read value: what a tidy source would have written."""
    v = value or ident(column.name)
    hours = zone_hours(column, contract) if column.type == "datetime" else None
    if hours is not None:
        return f"strftime({v} + interval {hours} hour, '%Y-%m-%d %H:%M:%S')"
    if column.type == "epoch_ms":
        return f"cast(epoch_ms({v}) as varchar)"
    if column.type == "duration_h_min":
        return f"cast({v} // 60 as varchar) || '.' || lpad(cast({v} % 60 as varchar), 2, '0')"
    return f"cast({v} as varchar)"


def as_sent(column: Column, contract: Contract) -> str:
    """Return the SQL of a column's raw text over landed rows; of a personal column only what may be shown."""
    if column.is_personal:
        return ident(f"{column.name}_mask")
    return f"coalesce({ident(column.name + '_text')}, {usual_text(column, contract)})"


def hash_parts(column: Column, contract: Contract, table: Table, value: str, raw: str) -> list[str]:
    """Return the SQL of what a column adds to the hash of its row: raw text, or the value where one was read."""
    if column.is_personal:
        return [value, ident(f"{column.name}_mask")]  # a hash of raw text would let a phone be found by trying all
    if contract.hashes_raw(table):
        return [raw]
    return [value, f"case when {value} is null then {raw} end"]


def row_hash(contract: Contract, table: Table) -> str:
    """Return the SQL of a row's hash over landed rows; what the batch itself stored wherever the scheme is the same."""
    parts = [
        p
        for c in table.columns.values()
        if c.hash
        for p in hash_parts(c, contract, table, ident(c.name), as_sent(c, contract))
    ]
    return f"hash({', '.join(parts)})"


def differing(db: Any, column: Column, contract: Contract, raw: pa.Array, read: pa.Array) -> pa.Array:
    """Return ``c_text``: the raw text where it is not the usual text of what was read, else null.

    Most columns are seen to be the same by their bytes; only the others are written out and compared.
    """
    n = len(raw)
    if pa.types.is_string(read.type):
        if read is raw:
            return pa.nulls(n, pa.string())
        other = pc.fill_null(pc.not_equal(raw, read), True)
        keep = pc.and_(other, pc.is_valid(raw)).to_numpy(zero_copy_only=False)
    else:
        keep = _unsure(column, contract, raw, read)
        gone = read.null_count and read.null_count != raw.null_count
        empty = pc.is_null(read).to_numpy(zero_copy_only=False) if gone or keep.any() else None
        rows = np.flatnonzero(keep & ~empty) if empty is not None else np.array([], int)
        if empty is not None:
            keep |= empty
        if len(rows):
            at = pa.array(rows)
            db.register("few_read", placed(pa.table({column.name: read.take(at), "raw": raw.take(at)})))
            told = f"select {usual_text(column, contract)} is distinct from raw as other, _place from few_read"
            other = in_place(db.sql(told).to_arrow_table()).column("other").combine_chunks()
            db.unregister("few_read")
            keep[rows] = other.to_numpy(zero_copy_only=False)
        if raw.null_count:
            keep &= pc.is_valid(raw).to_numpy(zero_copy_only=False)
    if not keep.any():
        return pa.nulls(n, pa.string())
    return raw if keep.all() else pc.if_else(pa.array(keep), raw, pa.scalar(None, pa.string()))


def _unsure(column: Column, contract: Contract, raw: pa.Array, read: pa.Array) -> np.ndarray:
    """Return where the bytes do not prove that a value that was read says its raw text again."""
    n, kind = len(raw), column.type
    everything = np.ones(n, bool)
    data = raw.buffers()[2]
    ends = np.frombuffer(raw.buffers()[1], np.int32)[raw.offset : raw.offset + n + 1]
    if not n or data is None or ends[-1] == ends[0]:
        return everything
    b, at = np.frombuffer(data, np.uint8)[ends[0] : ends[-1]], ends - ends[0]
    start, size = at[:-1], np.diff(at)
    full = size > 0
    if kind in {"date", "datetime"}:
        return _unsure_time(column, contract, b, at, read)
    scale = _scale(column)
    if scale is None:
        return everything
    first = np.where(full, b[np.minimum(start, len(b) - 1)], 0)
    minus = first == 0x2D
    lead = np.where(full, b[np.minimum(start + minus, len(b) - 1)], 0)
    # all bytes are digits but one leading minus and, in a decimal, the one point where its scale puts it
    if scale:
        sure = full & (size >= scale + 2 + minus) & ((lead != 0x30) | (size == scale + 2 + minus))
        sure &= b[np.clip(at[1:] - scale - 1, 0, len(b) - 1)] == 0x2E
    else:
        sure = full & ((lead != 0x30) | (size == 1))
    sure &= ~(minus & (lead == 0x30))
    return ~_only_digits_beside(b, at, sure, minus.astype(np.int32) + bool(scale))


def _scale(column: Column) -> int | None:
    """Return how many places the usual text of a number has behind its point, None for what is no number."""
    if column.type.startswith("decimal"):
        return int(column.type[:-1].split(",")[1])
    if column.type.startswith(("money", "area")):
        return numbers.places(column)
    if column.type == "duration_h_min":
        return 2  # hours, point, two places of minutes
    return 0 if column.type in {"integer", "epoch_ms"} else None


def _only_digits_beside(b: np.ndarray, at: np.ndarray, sure: np.ndarray, marks: np.ndarray) -> np.ndarray:
    """Return which of the ``sure`` values have just so many bytes that are no digits as ``marks`` says."""
    odd = (b - np.uint8(48)) >= 10
    if sure.all() and int(np.count_nonzero(odd)) == int(marks.sum()):
        return sure  # none has fewer, so none has more
    upto = np.concatenate([np.zeros(1, np.int32), np.cumsum(odd, dtype=np.int32)])
    return sure & (upto[at[1:]] - upto[at[:-1]] == marks)


def _unsure_time(column: Column, contract: Contract, b: np.ndarray, at: np.ndarray, read: pa.Array) -> np.ndarray:
    length = 10 if column.type == "date" else 19
    marks = {4: 0x2D, 7: 0x2D} | ({10: 0x20, 13: 0x3A, 16: 0x3A} if column.type == "datetime" else {})
    if column.type == "datetime" and zone_hours(column, contract) is None:
        return np.ones(len(at) - 1, bool)
    fits = np.flatnonzero(np.diff(at) == length)
    rows = at[:-1][fits]
    right = np.ones(len(rows), bool)
    for place, mark in marks.items():
        right &= b[rows + place] == mark
    sure = np.zeros(len(at) - 1, bool)
    sure[fits[right]] = True
    sure = _only_digits_beside(b, at, sure, np.full(len(sure), len(marks), np.int32))
    if column.type == "datetime":
        low = pc.min(read.cast(pa.int64())).as_py()
        if low is not None and low < _MOVED_UNTIL:  # Chinese clocks were moved in summer until 1991
            early = pc.less(read.cast(pa.int64()), _MOVED_UNTIL)
            sure &= ~pc.fill_null(early, True).to_numpy(zero_copy_only=False)
    return ~sure


_MOVED_UNTIL = 694_310_400_000_000  # 1992-01-02 in microseconds since 1970

"""One slice of a delivery at the door: read, hashed and judged by every row rule in one SQL pass.

What needs the whole delivery or earlier batches (keys, duplicates, withdrawals, totals) is not seen here; see
:mod:`pipelines.versions` and :mod:`pipelines.door_batch`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines import anchors, door, landed, reading
from pipelines.contract import Contract, Table
from pipelines.reading import free, ident, in_place, placed, quoted
from pipelines.settings import Settings

RULES_PER_WORD = 62


def bit_of(number: int) -> tuple[int, int]:
    """Return the word and the bit that says whether rule ``number`` is broken."""
    return number // RULES_PER_WORD, 1 << (number % RULES_PER_WORD)


def words(rules: list[door.Rule]) -> list[str]:
    """Return the SQL of one pass over read rows: a BIGINT per 62 rules, bit i set where rule i is broken."""
    return _in_words([door.broken(r) for r in rules])


def _in_words(bad: list[str]) -> list[str]:
    found = []
    for w in range(1 + (len(bad) - 1) // RULES_PER_WORD):
        part = bad[w * RULES_PER_WORD : (w + 1) * RULES_PER_WORD]
        bits = [f"case when {e} then {1 << i} else 0 end" for i, e in enumerate(part) if e != "false"]
        found.append(f"cast({' + '.join(bits) or '0'} as bigint) as _bad_{w}")
    return found


def one(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    """Return a column as one array."""
    if isinstance(column, pa.Array):
        return column
    if column.num_chunks == 1:
        return column.chunk(0)
    joined = column.combine_chunks()
    return joined if isinstance(joined, pa.Array) else pa.concat_arrays(joined.chunks)


@dataclass
class Judged:
    """A slice after the door: landed columns (without verdict and reference), hash, broken rules, own remarks.

    ``rows`` has the landed columns plus ``_fault`` and one ``_bad_<i>`` word per 62 rules (left out where the whole
    slice broke none). ``refused``: where a critical row rule is broken, None where nowhere. ``raw``: raw text of the
    personal columns with their place, for the vault, and of free texts in which a person's number was masked.
    ``hidden``: in how many rows of which column.
    """

    rows: pa.Table
    refused: np.ndarray | None
    broken: dict[int, int]
    said: dict[str, int]
    raw: pa.Table | None
    late: dict[str, Any]
    hidden: dict[str, int]


class Judge:
    """The door of one table, ready for slice after slice."""

    def __init__(
        self,
        settings: Settings,
        contract: Contract,
        table: Table,
        db: duckdb.DuckDBPyConnection,
        pulled_at: datetime,
        lenient: frozenset[str] = frozenset(),
    ) -> None:
        self.settings, self.contract, self.table = settings, contract, table
        self.db, self.pulled_at = db, pulled_at
        self.rules = [
            replace(r, severity="warning") if r.name in lenient else r
            for r in door.rules(contract, table)
            if r.scope == "row"
        ]
        self.columns = list(table.columns.values())
        self.personal = [c.name for c in self.columns if c.is_personal]
        # public files hold nobody of the district
        self.free = (
            []
            if contract.profile == "real"
            else [c.name for c in self.columns if c.type in free.TYPES and c.name not in table.key]
        )
        self.key = settings.identity_key() if self.personal else b""
        self.schema = landed.schema(table)
        self.words = 1 + (len(self.rules) - 1) // RULES_PER_WORD
        self.critical = [0] * self.words
        for i, r in enumerate(self.rules):
            word, bit = bit_of(i)
            self.critical[word] |= bit if r.severity == "critical" else 0

    def judge(self, frame: pa.Table) -> Judged:
        """Read and judge ``frame``: every contract column as text, ``_file``, ``_part``, ``_row`` and ``_fault``."""
        n = frame.num_rows
        texts = {c.name: one(frame.column(c.name)) for c in self.columns}
        sent = self._hide(texts)
        ready, left, added, given, hashed = self._read(texts, frame)
        raw = pa.table(
            [*texts.values(), frame.column("_fault"), *added.values(), *ready.values()],
            names=[*texts, "_fault", *added, *(f"_v_{k}" for k in ready)],
        )
        self.db.register("raw", placed(raw))
        values = [f"{ident('_v_' + k)} as {ident(k)}" for k in ready]
        values += [f"{sql} as {ident(k)}" for k, sql in left.items()]
        raws = [f"{ident(c.name)} as {ident('_r_' + c.name)}" for c in self.columns if not c.is_personal and c.hash]
        inner = f"select {', '.join([*values, *given, *raws])}, _fault, _place from raw"
        deleted = self._deleted()
        asked = [*(ident(k) for k in left), f"hash({', '.join(hashed)}) as _row_hash", *self._bad_words(deleted)]
        asked += [f"case when {deleted} then 'delete' end as _op"] if deleted else []
        if self.table.valid_column:
            asked.append(f"{self._valid_at(self.table.valid_column)} as _valid_at")
        found = in_place(self.db.sql(f"select {', '.join(asked)}, _place from ({inner})").to_arrow_table())
        self.db.unregister("raw")
        return self._judged(frame, texts, sent, ready, found, n)

    def _hide(self, texts: dict[str, pa.Array]) -> dict[str, pa.Array]:
        """Mask numbers of people in free ``texts``; return what goes to the vault: texts as sent, where they differ."""
        sent = {name: texts[name] for name in self.personal}
        for name in self.free:
            found = free.hide(texts[name])
            if found is not None:
                texts[name], sent[name] = found
        return sent

    def _read(
        self, texts: dict[str, pa.Array], frame: pa.Table
    ) -> tuple[dict[str, Any], dict[str, str], dict[str, Any], list[str], list[str]]:
        ready: dict[str, pa.Array] = {}
        left: dict[str, str] = {}
        added: dict[str, pa.Array] = {}
        given, hashed = [], []
        prepared = reading.prepare(self.db, self.columns, self.contract, texts, self.key)
        for c in self.columns:
            made = prepared[c.name]
            ready |= made.arrays
            left |= made.sql
            added |= made.added
            given.append(f"{made.given} as {ident('_given_' + c.name)}")
            if c.hash:
                hashed += landed.hash_parts(c, self.contract, self.table, ident(c.name), ident("_r_" + c.name))
        ready |= reading.groups(self.db, self.contract, self.table, frame, ready, self._anchors)
        return ready, left, added, given, hashed

    def _anchors(self, spec: dict[str, Any]) -> pa.Table | None:
        return anchors.positions(self.settings, spec)

    def _deleted(self) -> str:
        """Return the SQL that is true for a row that says its key is gone, or '' where no row can."""
        changes = self.table.changes
        if changes is None:
            return ""
        words = ", ".join(quoted(w) for w in changes.delete)
        return f"coalesce({ident('_r_' + changes.op)} in ({words}), false)"

    def _bad_words(self, deleted: str) -> list[str]:
        """Return one BIGINT expression per 62 rules: bit i is set where rule i is broken."""
        bad = []
        needed = {*self.table.key, self.table.changes.op} if self.table.changes else set()
        for r in self.rules:
            broken = door.broken(r)
            # an event that deletes names its key; what else it says is nobody's business
            if deleted and r.kind != "shape" and not needed.issuperset(door.columns_of(r)):
                broken = f"({broken} and not {deleted})"
            bad.append(broken)
        return _in_words(bad)

    def _valid_at(self, name: str) -> str:
        column = self.table.columns[name]
        if column.type != "date":
            return ident(name)
        hours = landed.zone_hours(column, self.contract) or 0
        return f"cast({ident(name)} as timestamp) - interval {hours} hour"

    def _judged(
        self, frame: pa.Table, texts: dict[str, pa.Array], sent: dict[str, pa.Array], ready: dict[str, pa.Array],
        found: pa.Table, n: int,
    ) -> Judged:  # fmt: skip
        made: dict[str, Any] = {p: frame.column(p) for p in landed.PLACE}
        for name in ("_row_hash", "_op", "_valid_at"):
            if name in found.column_names:
                made[name] = found.column(name)
        for c in self.columns:
            for field in landed.column_fields(c):
                if field.name == f"{c.name}_text":
                    continue
                values = ready[field.name] if field.name in ready else found.column(field.name)
                made[field.name] = one(values) if values.type == field.type else one(values).cast(field.type)
            if not c.is_personal:
                made[f"{c.name}_text"] = landed.differing(self.db, c, self.contract, texts[c.name], made[c.name])
        for field in reading.group_fields(self.table):
            made[field.name] = one(ready[field.name]).cast(field.type)
        columns = {f.name: made.get(f.name) for f in self.schema}
        schema = [f for f in self.schema if columns[f.name] is not None]
        rows = pa.table([columns[f.name] for f in schema], schema=pa.schema(schema))
        bad, broken, refused = self._broken(found, n)
        for name, word in bad.items():
            rows = rows.append_column(name, word)
        if frame.column("_fault").null_count < n:
            rows = rows.append_column("_fault", frame.column("_fault"))
        late = self._late(made, refused)
        said = {c.name: n - texts[c.name].null_count for c in self.columns}
        raw = None
        if sent:
            raw = pa.table([frame.column(p) for p in landed.PLACE] + list(sent.values()), names=[*landed.PLACE, *sent])
        hidden = {name: n - column.null_count for name, column in sent.items() if name not in self.personal}
        return Judged(rows, refused, broken, said, raw, late, hidden)

    def _broken(self, found: pa.Table, n: int) -> tuple[dict[str, pa.Array], dict[int, int], np.ndarray | None]:
        """Return the words that are not all zero, rows per broken rule, and where a critical rule is broken."""
        words, counts, refused = {}, {}, None
        for w in range(self.words):
            word = found.column(f"_bad_{w}").to_numpy()
            seen = int(np.bitwise_or.reduce(word)) if n else 0
            if not seen:
                continue
            words[f"_bad_{w}"] = pa.array(word)
            odd = word[word != 0]
            for i in range(RULES_PER_WORD):
                if seen >> i & 1:
                    counts[w * RULES_PER_WORD + i] = int(np.count_nonzero(odd & np.int64(1 << i)))
            if seen & self.critical[w]:
                hit = (word & np.int64(self.critical[w])) != 0
                refused = hit if refused is None else refused | hit
        return words, counts, refused

    def _late(self, made: dict[str, Any], refused: np.ndarray | None) -> dict[str, Any]:
        """Return the ends of watermark and period, and how many rows are dated after the pull.

        A watermark must pass refused rows too, or they would be pulled and refused for ever.
        """
        found: dict[str, Any] = {}
        limit = (self.pulled_at + timedelta(minutes=door.CLOCK_TOLERANCE_MINUTES)).replace(tzinfo=None)
        for what, name in (("watermark", self.table.watermark), ("period", self.table.period_column)):
            if not name:
                continue
            values = one(made[name])
            if what == "period" and refused is not None:
                values = values.filter(pa.array(~refused))
            if pa.types.is_date(values.type):
                bound: pa.Scalar = pa.scalar(limit.date() + timedelta(days=1), values.type)
            elif pa.types.is_timestamp(values.type):
                bound = pa.scalar(limit, values.type)
            else:
                ends = pc.min_max(values).as_py()
                found[what] = (ends["min"], ends["max"], ends["max"], 0, len(values) - values.null_count)
                continue
            ends = pc.min_max(values).as_py()
            ahead, kept = 0, ends["max"]
            if ends["max"] is not None and ends["max"] > bound.as_py():
                after = pc.greater(values, bound)
                ahead = pc.sum(after).as_py() or 0
                kept = pc.max(values.filter(pc.invert(pc.fill_null(after, True)))).as_py()
            found[what] = (ends["min"], ends["max"], kept, ahead, len(values) - values.null_count)
        return found

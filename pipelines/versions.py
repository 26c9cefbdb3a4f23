"""What a delivery's rows are beside each other and beside what landed before: new, again, changed, gone.

Only keys, hashes and places are held, in a DuckDB table that goes to the disk when it grows; never the rows.

* The same key with the same content again in one delivery is a duplicate of its first row; with other content it
  breaks the rule ``key_unique``, unless the contract says that the newest counts or the table is one of events.
* The same row as before is a duplicate: in a snapshot, which says what is now, of the newest version of its key; in an
  incremental or change table, which says what happened, of any version. So a whole month sent again changes nothing.
* A key that a complete snapshot no longer has was withdrawn: it gets a tombstone. If it comes back, that is a new
  version.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines import door, landed, store
from pipelines.contract import Contract, Table
from pipelines.judge import Judged, one
from pipelines.reading import ident, quoted
from pipelines.settings import Settings


@dataclass
class Again:
    """What the comparison found, by position in the delivery, in order.

    ``duplicate`` rows stand with ``original``: the reference of the earlier row, or null where the original is row
    ``first`` of the same delivery.
    """

    conflict: np.ndarray
    duplicate: np.ndarray
    first: np.ndarray
    original: pa.Array


class Versions:
    """The keys of one delivery, slice after slice, then their comparison."""

    def __init__(
        self,
        settings: Settings,
        contract: Contract,
        table: Table,
        db: duckdb.DuckDBPyConnection,
        backfill: bool = False,
    ) -> None:
        self.settings, self.contract, self.table, self.db, self.backfill = settings, contract, table, db, backfill
        self.rows = 0
        self.key = list(table.key) or ["_row_hash"]
        self.by = [c for c in table.complete_by if c not in self.key]
        self._earlier = False
        self.close()

    @property
    def any_version(self) -> bool:
        """True where a row that equals any earlier version of its key is that version again."""
        t = self.table
        return self.backfill or t.load != "snapshot" or not t.key or t.raw.get("repeated_key") == "newest"

    @property
    def has_key_rule(self) -> bool:
        """True where one delivery may hold a key only once."""
        return door.has_key_rule(self.table)

    def add(self, judged: Judged) -> None:
        """Remember keys and hashes of a slice."""
        rows, n = judged.rows, judged.rows.num_rows
        ok = pa.array(~judged.refused) if judged.refused is not None else pa.array(np.ones(n, bool))
        part = rows.select(list(dict.fromkeys([*self.key, *self.by, "_row_hash"]))).append_column("_ok", ok)
        part = part.append_column("_ord", pa.array(np.arange(self.rows, self.rows + n)))
        self.db.register("part", part)
        self.db.execute("insert into keys from part" if self.rows else "create temp table keys as from part")
        self.db.unregister("part")
        self.rows += n

    def close(self) -> None:
        """Let go of the keys."""
        for name in ("keys", "found", "before"):
            self.db.execute(f"drop table if exists {name}")

    def compare(self, done: list[dict[str, Any]], low: Any) -> Again:
        """Return what is in conflict and what is here again.

        ``done``: manifests of earlier batches. ``low``: least watermark of the delivery; earlier batches that end
        before it cannot hold its keys.
        """
        self.db.execute("create temp table found (_ord bigint, kind varchar, first bigint, original varchar)")
        if self.rows:
            self._twins()
            self._earlier = self._find_earlier(done, low)
            if self._earlier:
                self._again()
        found = self.db.sql("select * from found order by _ord").to_arrow_table()
        is_conflict = pc.equal(found.column("kind"), "conflict")
        again = found.filter(pc.invert(is_conflict))
        return Again(
            found.filter(is_conflict).column("_ord").to_numpy(),
            again.column("_ord").to_numpy(),
            pc.fill_null(again.column("first"), -1).to_numpy(),
            one(again.column("original")),
        )

    def _twins(self) -> None:
        key = ", ".join(ident(c) for c in self.key)
        # two keys that share a 64-bit hash only make this look twice
        repeated = f"select hash({key}) as h from keys group by 1 having count(*) > 1"
        self.db.execute(f"create or replace temp table repeated as {repeated}")
        if self.db.execute("select count(*) from repeated").fetchall()[0][0]:
            every = " and ".join(f"{ident(c)} is not null" for c in self.table.key) or "true"
            differs = f"_row_hash <> first_value(_row_hash) over (partition by {key} order by _ord) and {every}"
            self.db.execute(
                "insert into found select _ord, kind, first, null from (select _ord, "
                f"case when {differs if self.has_key_rule else 'false'} then 'conflict' "
                "when row_number() over same > 1 and _ok then 'duplicate' end as kind, "
                f"first_value(_ord) over same as first from keys where hash({key}) in (select h from repeated) "
                f"window same as (partition by {key}, _row_hash order by _ord)) where kind is not null"
            )
        self.db.execute("drop table repeated")

    def _find_earlier(self, done: list[dict[str, Any]], low: Any) -> bool:
        """Make table ``before``: earlier versions of this delivery's keys, or of all keys of a complete snapshot."""
        done = [m for m in done if m["accepted"] or m.get("withdrawn")]
        if self.table.watermark and low is not None:
            mark = low.isoformat() if hasattr(low, "isoformat") else str(low)
            done = [m for m in done if not m["watermark_to"] or m["watermark_to"] >= mark]
        if not done:
            return False
        kept = ", ".join(ident(c) for c in (*self.table.key, *self.by, *landed.PLACE))
        parts = []
        for scheme in sorted({m.get("row_hash") or "" for m in done}):
            mine = [m for m in done if (m.get("row_hash") or "") == scheme]
            files = ", ".join(quoted(p) for p in store.paths(self.settings, self.table, mine))
            # a batch hashed by other means is hashed again: its raw text is all there
            value = "_row_hash" if scheme == landed.HASH_SCHEME else landed.row_hash(self.contract, self.table)
            parts.append(
                f"select {kept}, {value} as _row_hash, _verdict, batch from read_parquet([{files}], union_by_name=true, "
                "hive_partitioning=true, hive_types_autocast=false) where _verdict in ('accepted', 'withdrawn')"
            )
        rows, key = " union all ".join(parts), ", ".join(ident(c) for c in self.key)
        if not self.table.complete:
            rows = f"select * from ({rows}) where hash({key}) in (select hash({key}) from keys)"
        newest = f"row_number() over (partition by {key} order by batch desc, _row desc) as _nth"
        gone = f"max(batch) filter (where _verdict = 'withdrawn') over (partition by {key}) as _gone"
        self.db.execute(f"create temp table before as select *, {newest}, {gone} from ({rows})")
        return True

    def _same_key(self) -> str:
        sure = {c.name for c in self.table.columns.values() if c.required} | {"_row_hash"}
        return " and ".join(
            f"keys.{ident(c)} {'=' if c in sure else 'is not distinct from'} before.{ident(c)}" for c in self.key
        )

    def _again(self) -> None:
        # a version that was withdrawn since is not there any more: the same row again is a new version
        version = "coalesce(before.batch > before._gone, true)" if self.any_version else "before._nth = 1"
        ref = landed.reference(self.table.silo, self.table.name, "before.batch")
        self.db.execute(
            f"insert into found select keys._ord, 'duplicate', null, max({ref}) from keys join before "
            f"on {self._same_key()} and keys._row_hash = before._row_hash "
            f"where keys._ok and before._verdict = 'accepted' and {version} "
            "and keys._ord not in (select _ord from found) group by 1"
        )

    def keys_unreadable(self) -> int:
        """Return how many rows name no key that can be read: one of them may be the key that seems to be missing."""
        if not self.rows or not self.table.key:
            return 0
        every = " and ".join(f"{ident(c)} is not null" for c in self.table.key)
        return int(self.db.execute(f"select count(*) from keys where not ({every})").fetchall()[0][0])

    def gone(self) -> pa.Table | None:
        """Return the keys that stood there before and that this complete snapshot no longer has."""
        if not self._earlier or not self.table.complete or self.backfill or self.keys_unreadable():
            return None
        within = ""
        if self.table.complete_by:
            by = ", ".join(ident(c) for c in self.table.complete_by)
            within = f" and ({by}) in (select ({by}) from keys)"
        kept = ", ".join(ident(c) for c in (*self.key, *self.by))
        found = self.db.sql(
            f"select {kept} from before where _nth = 1 and _verdict = 'accepted'{within} "
            f"and not exists (select 1 from keys where {self._same_key()}) order by {kept}"
        ).to_arrow_table()
        return found if found.num_rows else None


def tombstones(table: Table, gone: pa.Table, name: str, recorded_at: datetime) -> pa.Table:
    """Return the rows that say that keys were withdrawn: key columns only, counted apart from what landed."""
    n = gone.num_rows
    known: dict[str, Any] = {
        "_file": pa.array([name] * n, pa.string()),
        "_part": pa.array(["withdrawn"] * n, pa.string()),
        "_row": pa.array(np.arange(1, n + 1)),
        "_verdict": pa.array(["withdrawn"] * n, pa.string()),
        "_recorded_at": pa.array([recorded_at] * n, pa.timestamp("us")),
    }
    known |= {c: gone.column(c) for c in gone.column_names}
    schema = landed.schema(table)
    return pa.table([known[f.name] if f.name in known else pa.nulls(n, f.type) for f in schema], schema=schema)

"""Landing with proof: a delivery becomes one immutable batch, judged at the door and counted to the row.

A delivery is taken slice by slice: each is read, hashed and judged (:mod:`pipelines.judge`), then waits in a spool
until the end of the delivery is known. Then the batch rules speak (:mod:`pipelines.door_batch`), keys are compared
with each other and with earlier batches (:mod:`pipelines.versions`), and the rows are written with their verdicts as
row groups. Memory stays flat whatever comes. How a batch becomes real is :mod:`pipelines.store`.

Protocols belong in ``connectors/``, rules at the door, meaning in dbt.
"""

from __future__ import annotations

import errno
import hashlib
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines import door, door_batch, landed, store, vault
from pipelines.connectors.base import Delivery, Refusal, Slice
from pipelines.contract import Contract, Table
from pipelines.errors import AnlanError, SourceError
from pipelines.judge import Judge, Judged, bit_of
from pipelines.reading import ident, quoted
from pipelines.sealed import key_id
from pipelines.settings import Settings
from pipelines.spool import Spool
from pipelines.versions import Again, Versions, tombstones

# what other rooms ask of landing is answered by the store
lock, clean, manifests, since = store.lock, store.clean, store.manifests, store.since
table_folder, batch_folder, sha256_file, genesis = (
    store.table_folder, store.batch_folder, store.sha256_file, store.genesis,
)  # fmt: skip
QUARANTINE_SCHEMA = landed.QUARANTINE_SCHEMA

# large enough that a statement's own cost is nothing, small enough to stay flat; also the rows of a row group
SLICE_ROWS = 245_760
_SLICE_BYTES = 96 * 1024 * 1024
_VERDICTS = ("accepted", "rejected", "duplicate")


def database(settings: Settings | None = None) -> duckdb.DuckDBPyConnection:
    """Return the database in memory that batches are judged in, one after the other; large keys go to the disk."""
    config: dict[str, Any] = {"threads": 2, "memory_limit": "400MB", "preserve_insertion_order": "false"}
    if settings is not None:
        config["temp_directory"] = str(settings.landing / "_tmp" / "duckdb")
    db = duckdb.connect(":memory:", config=config)
    db.execute("set TimeZone = 'UTC'; set autoinstall_known_extensions = false")
    return db


def slices(found: Iterator[Slice], table: Table) -> Iterator[pa.Table]:
    """Yield the delivery in pieces of about ``SLICE_ROWS`` rows: every column as text, and the place of every row."""
    waiting: list[pa.Table] = []
    rows = size = 0
    for s in found:
        whole = _placed(s, table)
        for start in range(0, max(whole.num_rows, 1), SLICE_ROWS):
            part = whole.slice(start, SLICE_ROWS)
            if waiting and (rows + part.num_rows > SLICE_ROWS or size > _SLICE_BYTES):
                yield _joined(waiting)
                waiting, rows, size = [], 0, 0
            waiting.append(part)
            rows += part.num_rows
            size += part.nbytes
    if rows:
        yield _joined(waiting)


def _placed(s: Slice, table: Table) -> pa.Table:
    n = s.rows.num_rows
    one = pa.array(np.zeros(n, np.int32))
    columns = [s.rows.column(c).cast(pa.string()) for c in table.columns]
    columns += [
        pa.DictionaryArray.from_arrays(one, pa.array([s.file], pa.string())),
        pa.DictionaryArray.from_arrays(one, pa.array([s.part], pa.string())),
        s.numbers,
        s.faults if s.faults is not None else pa.nulls(n, pa.string()),
    ]
    return pa.table(columns, names=[*table.columns, *landed.PLACE, "_fault"])


def _joined(parts: list[pa.Table]) -> pa.Table:
    if len(parts) == 1:
        return parts[0]
    return pa.concat_tables(parts).unify_dictionaries().combine_chunks()


# rows of a delivery that may wait in memory until it is known whether anything is new
HELD_ROWS = 262_144


class Batch:
    """One delivery on its way to become a batch."""

    def __init__(
        self, settings: Settings, contract: Contract, table: Table, delivery: Delivery, db: duckdb.DuckDBPyConnection,
        backfill: bool = False,
    ) -> None:  # fmt: skip
        self.settings, self.contract, self.table, self.delivery, self.db = settings, contract, table, delivery, db
        self.pulled_at = datetime.now(UTC)
        self.judge = Judge(settings, contract, table, db, self.pulled_at, delivery.lenient)
        self.versions = Versions(settings, contract, table, db, backfill)
        self.sealer: vault.Sealer | None = None
        self.hidden: dict[str, int] = {}
        self.tmp: Path | None = None
        self.spool = Spool(settings.landing / "_tmp" / f"{id(self):x}.arrow", self._spooled())
        self.content = hashlib.sha256(f"{delivery.kind}:{delivery.name}:".encode())
        # what a register says is known by its text; a stream never says the same twice, a file is known by its bytes
        self.text = hashlib.sha256() if delivery.sha256 is None and table.load == "snapshot" else None
        self.rows = self.refused = self.received = 0
        self.refused_hashes: list[Any] = []
        self.broken: dict[int, int] = {}
        self.said = dict.fromkeys(table.columns, 0)
        self.late: dict[str, list[Any]] = {}
        self.ends: list[str | None] = [None, None]

    def _spooled(self) -> pa.Schema:
        place = pa.dictionary(pa.int32(), pa.string())
        fields = [f.with_type(place) if f.name in {"_file", "_part"} else f for f in landed.schema(self.table)]
        words = [pa.field(f"_bad_{w}", pa.int64()) for w in range(self.judge.words)]
        return pa.schema([*fields, *words, pa.field("_fault", pa.string())])

    def close(self) -> None:
        """Let go of everything that is not committed."""
        self.versions.close()
        self.spool.close()
        if self.sealer is not None:
            self.sealer.discard()
        if self.tmp is not None and self.tmp.exists():
            shutil.rmtree(self.tmp, ignore_errors=True)

    def read(self, known: str | None = None) -> bool:
        """Take the whole delivery in, slice by slice; False where its text is ``known`` to the letter.

        ``known``: the ``text_sha256`` of the last delivery of a snapshot. Up to ``HELD_ROWS`` rows wait unjudged until
        the source has ended: a register that did not change since yesterday is not judged again.
        """
        held: list[pa.Table] = []
        waits = known is not None
        for frame in slices(self.delivery.slices, self.table):
            if self.text is not None:
                for part in frame.drop_columns(["_file", "_part"]).combine_chunks().to_batches():
                    self.text.update(part.serialize())
            held.append(frame)
            self.received += frame.num_rows
            if waits and self.received <= HELD_ROWS:
                continue
            waits = False
            for f in held:
                self._take(f)
            held = []
        if held and self.text is not None and self.text.hexdigest() == known:
            return False
        for f in held:
            self._take(f)
        return True

    def _take(self, frame: pa.Table) -> None:
        judged = self.judge.judge(frame)
        self.versions.add(judged)
        if judged.raw is not None:
            self.sealer = self.sealer or vault.Sealer(self.settings, self.table.silo, self.table.name)
            self.sealer.add(judged.raw)
        self._count(judged)
        self.spool.add(judged.rows)

    def _count(self, judged: Judged) -> None:
        self.content.update(memoryview(judged.rows.column("_row_hash").combine_chunks().to_numpy()).cast("B"))
        if self.ends[0] is None:
            self.ends[0] = self._key_text(judged.rows, 0)
        self.ends[1] = self._key_text(judged.rows, judged.rows.num_rows - 1)
        self.rows += judged.rows.num_rows
        if judged.refused is not None:
            self.refused += int(judged.refused.sum())
            if self.refused <= HELD_ROWS:
                self.refused_hashes.append(judged.rows.column("_row_hash").combine_chunks().to_numpy()[judged.refused])
        for i, n in judged.broken.items():
            self.broken[i] = self.broken.get(i, 0) + n
        for c, n in judged.said.items():
            self.said[c] += n
        for c, n in judged.hidden.items():
            self.hidden[c] = self.hidden.get(c, 0) + n
        for what, found in judged.late.items():
            so_far = self.late.setdefault(what, [None, None, None, 0, 0])
            for i, pick in ((0, min), (1, max), (2, max)):
                known = [v for v in (so_far[i], found[i]) if v is not None]
                so_far[i] = pick(known) if known else None
            so_far[3] += found[3]
            so_far[4] += found[4]

    def _key_text(self, rows: pa.Table, at: int) -> str | None:
        if any(self.table.columns[k].is_personal for k in self.table.key):
            return "…"
        names = self.table.key or ("_row_hash",)
        values = [rows.column(k)[at].as_py() for k in names]
        return " · ".join("" if v is None else str(v) for v in values)

    def facts(self, done: list[dict[str, Any]], fresh: int) -> dict[str, Any]:
        """Return what the batch rules judge: see :mod:`pipelines.door_batch`."""
        ahead = max((found[3] for found in self.late.values()), default=0)
        dated = max((found[4] for found in self.late.values()), default=0)
        first, last = self._days()
        return door_batch.facts(
            self.contract, self.table, self.delivery, done, rows=self.rows, fresh=fresh, days=(first, last),
            rows_ahead=ahead, rows_dated=dated, hidden=self.hidden, keys_unreadable=self.versions.keys_unreadable() if self.table.complete else 0,
        )  # fmt: skip

    def _days(self) -> tuple[Any, Any]:
        found = self.late.get("period") or self.late.get("watermark") or [None, None]
        return tuple(d.date() if isinstance(d, datetime) else d for d in found[:2])  # type: ignore[return-value]

    def marks(self, blocked: bool) -> dict[str, Any]:
        """Return first and last key, watermark and period of the batch as text."""
        mark, day = self.late.get("watermark"), self.late.get("period")
        found: dict[str, Any] = {"first_key": self.ends[0], "last_key": self.ends[1]}
        # clocks that run ahead must not carry the watermark past rows still to come; where most rows are ahead, the
        # clock that is wrong is ours
        top = mark and (mark[2] if mark[3] * 2 < mark[4] else mark[1])
        found |= {"watermark_from": mark and mark[0], "watermark_to": top}
        days = [d.date() if isinstance(d, datetime) else d for d in (day[:2] if day and not blocked else (None, None))]
        found |= dict(zip(("period_first", "period_last"), days, strict=True))
        return {k: v.isoformat() if hasattr(v, "isoformat") else v for k, v in found.items()}

    def checks(self, conflicts: int) -> list[dict[str, Any]]:
        """Return one check per row rule: how many rows it could judge and how many broke it."""
        found = []
        for i, r in enumerate(self.judge.rules):
            named = [self.said[c] for c in door.columns_of(r) if c in self.said]
            checked = self.rows if r.kind in {"shape", "key", "required"} or not named else min(named)
            failed = conflicts if r.kind == "key" else self.broken.get(i, 0)
            found.append({"rule": r.name, "scope": "row", "severity": r.severity, "column": r.column,
                          "checked": checked, "failed": failed})  # fmt: skip
        return found

    def write(self, batch: str, again: Again, block: list[door.Rule], gone: pa.Table | None) -> dict[str, int]:
        """Write ``rows.parquet`` and ``quarantine.parquet`` into a temporary folder; return the rows per verdict."""
        self.tmp = store.temporary(self.settings)
        writer = Writer(self, batch, again, block)
        with writer:
            for rows in self.spool:
                writer.add(rows)
            if gone is not None:
                writer.withdraw(tombstones(self.table, gone, self.delivery.name, self.pulled_at.replace(tzinfo=None)))
        return writer.counts


class Writer:
    """Writes judged slices with their final verdicts, and the findings of quarantine beside them."""

    def __init__(self, work: Batch, batch: str, again: Again, block: list[door.Rule]) -> None:
        self.work, self.table, self.batch, self.again, self.block = work, work.table, batch, again, block
        self.schema = landed.schema(work.table)
        self.counts = dict.fromkeys((*_VERDICTS, "withdrawn"), 0)
        self.at = 0
        self.recorded = pa.scalar(work.pulled_at.replace(tzinfo=None), pa.timestamp("us"))
        # references of rows whose twin comes later, kept until it comes
        self.wanted = np.unique(again.first[again.first >= 0])
        self.refs: list[str] = []
        self.key_rule = next((i for i, r in enumerate(work.judge.rules) if r.kind == "key"), None)
        assert work.tmp is not None
        self._rows = pq.ParquetWriter(
            work.tmp / "rows.parquet", self._types(), compression=store.CODEC, compression_level=1, store_schema=False,
            use_dictionary=self._repeating(), column_encoding={"_row": "DELTA_BINARY_PACKED", "_row_hash": "PLAIN"},
        )  # fmt: skip
        self._quarantine = pq.ParquetWriter(work.tmp / "quarantine.parquet", QUARANTINE_SCHEMA, compression=store.CODEC)

    def _types(self) -> pa.Schema:
        coded = {"_file", "_part", "_verdict"}
        return pa.schema(
            [f.with_type(pa.dictionary(pa.int32(), pa.string())) if f.name in coded else f for f in self.schema]
        )

    def _repeating(self) -> list[str]:
        # a dictionary of values that never repeat only costs
        unique = {"_row", "_row_hash"} | ({self.table.key[0]} if len(self.table.key) == 1 else set())
        return [n for n in self.schema.names if n not in unique]

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, *_: object) -> None:
        self._rows.close()
        self._quarantine.close()

    def _inside(self, places: np.ndarray, n: int) -> slice:
        return slice(*np.searchsorted(places, (self.at, self.at + n)))

    def add(self, rows: pa.Table) -> None:
        """Write one slice."""
        n = rows.num_rows
        verdict = np.zeros(n, np.int32)
        # a slice that broke no rule of a word came without it, or with nulls from the disk
        there = [w for w in range(self.work.judge.words) if f"_bad_{w}" in rows.column_names]
        words = [w for w in there if rows.column(f"_bad_{w}").null_count == 0]
        bad = [rows.column(f"_bad_{w}").to_numpy() for w in words]
        for w, word in zip(words, bad, strict=True):
            verdict[(word & np.int64(self.work.judge.critical[w])) != 0] = 1
        conflict = self.again.conflict[self._inside(self.again.conflict, n)] - self.at
        verdict[conflict] = 1
        if self.block:
            verdict[:] = 1
        self._keep_refs(rows, n)
        mine = self._inside(self.again.duplicate, n)
        duplicate = self.again.duplicate[mine] - self.at
        duplicate_of = pa.nulls(n, pa.string())
        if len(duplicate) and not self.block:
            verdict[duplicate] = 2
            originals: list[str | None] = [None] * n
            for place, first, ref in zip(
                duplicate.tolist(), self.again.first[mine].tolist(), self.again.original[mine].to_pylist(), strict=True
            ):
                originals[place] = ref if first < 0 else self.refs[int(np.searchsorted(self.wanted, first))]
            duplicate_of = pa.array(originals, pa.string())
        for i, name in enumerate(_VERDICTS):
            self.counts[name] += int(np.count_nonzero(verdict == i))
        self._findings(rows, words, bad, conflict)
        self._write(rows, verdict, duplicate_of, n)
        self.at += n

    def _write(self, rows: pa.Table, verdict: np.ndarray, duplicate_of: pa.Array, n: int) -> None:
        made = {
            "_verdict": pa.DictionaryArray.from_arrays(pa.array(verdict), pa.array(_VERDICTS)),
            "_duplicate_of": duplicate_of,
            "_recorded_at": pa.repeat(self.recorded, n),
        }
        columns = []
        for f in self._types():
            if f.name in made:
                columns.append(made[f.name])
            elif f.name in rows.column_names:
                columns.append(rows.column(f.name))
            else:
                columns.append(pa.nulls(n, f.type))
        self._rows.write_table(pa.table(columns, schema=self._types()), row_group_size=SLICE_ROWS)

    def _keep_refs(self, rows: pa.Table, n: int) -> None:
        wanted = self.wanted[self._inside(self.wanted, n)] - self.at
        if len(wanted):
            few = rows.select(list(landed.PLACE)).take(pa.array(wanted)).to_pylist()
            head = f"{self.table.silo}/{self.table.name}/{self.batch}#"
            self.refs += [f"{head}{r['_file'] or ''}!{r['_part'] or ''}:{r['_row']}" for r in few]

    def withdraw(self, stones: pa.Table) -> None:
        """Write the tombstones."""
        self.counts["withdrawn"] = stones.num_rows
        self._rows.write_table(stones.cast(self._types()), row_group_size=SLICE_ROWS)

    def _findings(self, rows: pa.Table, words: list[int], bad: list[np.ndarray], conflict: np.ndarray) -> None:
        """Write one row per finding: refused row and rule, and remarks (severity warning) on accepted rows."""
        odd = np.zeros(rows.num_rows, bool)
        for word in bad:
            odd |= word != 0
        odd[conflict] = True
        if self.block:
            odd[:] = True
        at = np.flatnonzero(odd)
        if not len(at):
            return
        is_conflict = np.zeros(rows.num_rows, bool)
        is_conflict[conflict] = True
        few = rows.take(pa.array(at)).append_column("_conflict", pa.array(is_conflict[at]))
        few = few.append_column("_ord", pa.array(at))
        missing = [f for f in self.work.spool.schema if f.name not in few.column_names]
        for f in missing:
            few = few.append_column(f, pa.nulls(few.num_rows, f.type))
        db = self.work.db
        db.register("few", few)
        found = []
        for i, r in enumerate(self.work.judge.rules):
            word, bit = bit_of(i)
            if r.kind == "key":
                where = "_conflict" if len(conflict) else ""
            else:
                where = f"(_bad_{word} & {bit}) <> 0" if word in words and self.work.broken.get(i) else ""
            if where:
                found.append(self._finding(r, self._raw(r), where))
        found += [self._finding(r, "cast(null as varchar)", "true") for r in self.block]
        if found:
            names = ", ".join(QUARANTINE_SCHEMA.names)
            # one table of all findings, in the order of rows and rules
            sql = f"select {names} from ({' union all '.join(found)}) as q({names}, _ord) order by _ord, rule"
            self._quarantine.write_table(db.sql(sql).to_arrow_table().cast(QUARANTINE_SCHEMA))
        db.unregister("few")

    def _finding(self, rule: door.Rule, raw: str, where: str) -> str:
        ref = landed.reference(self.table.silo, self.table.name, quoted(self.batch))
        said = (self.table.silo, self.table.name, self.batch, rule.name, rule.column or "")
        texts = (rule.reason_zh, rule.reason_en, rule.advice_zh, rule.advice_en, rule.severity)
        return f"select {ref}, {', '.join(map(quoted, said))}, {raw}, {', '.join(map(quoted, texts))}, _ord from few where {where}"

    def _raw(self, rule: door.Rule) -> str:
        """Return the SQL of what the row said where ``rule`` looked; masked where it is personal."""
        if rule.kind == "shape":
            return "_fault"
        shown = []
        for n in self.table.key if rule.kind == "key" else door.columns_of(rule):
            column = self.table.columns.get(n)
            # not every name is a column: a birth date is a part of one
            shown.append(landed.as_sent(column, self.work.contract) if column else f"cast({ident(n)} as varchar)")
        return f"concat_ws(' | ', {', '.join(shown)})" if shown else "cast(null as varchar)"


def land(
    settings: Settings,
    contract: Contract,
    table: Table,
    delivery: Delivery,
    db: duckdb.DuckDBPyConnection | None = None,
    backfill: bool = False,
) -> dict[str, Any] | None:
    """Turn one delivery into one batch and return its manifest; None where nothing new came.

    ``backfill``: the delivery is a window of the past, so that what is missing says nothing and a row that equals
    any earlier version of its key is that version again.

    Raises:
        SourceError: when the source counted other rows than it sent.
        AnlanError: when the disk is full; nothing of the batch remains.

    """
    own = database(settings) if db is None else None
    try:
        work = Batch(settings, contract, table, delivery, db or own, backfill)  # type: ignore[arg-type]
        try:
            return _land(work)
        finally:
            work.close()
    except (OSError, duckdb.IOException) as e:
        if isinstance(e, duckdb.IOException) or e.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}:
            raise AnlanError(
                f"landing folder of {table.id}", "the batch could not be written, nothing of it was kept",
                seen=str(e).splitlines()[0][:200], do="make room on the disk and run again",
            ) from e  # fmt: skip
        raise
    finally:
        if own is not None:
            own.close()


def _land(work: Batch) -> dict[str, Any] | None:
    settings, contract, table, delivery = work.settings, work.contract, work.table, work.delivery
    done = manifests(settings, table)
    before = [m for m in done if m["status"] == "landed"]
    is_read = work.read(_known_text(contract, delivery, before))
    if delivery.source_rows is not None and delivery.source_rows != work.received:
        raise SourceError(
            f"{table.id}: {delivery.name}", "the source counts other rows than it sent",
            seen=f"{delivery.source_rows} counted, {work.received} received", do="run again; if it stays, ask the owner",
        )  # fmt: skip
    if not is_read:
        return None
    content = work.content.hexdigest()
    if delivery.sha256 is None:
        if work.rows == 0 and (table.load != "snapshot" or not any(m["landed"] for m in before)):
            return None
        if before and before[-1]["content_sha256"] == content and before[-1].get("row_hash") == landed.HASH_SCHEME:
            # the same once more, to the letter: nothing was sent that we do not hold
            return None
    sequence = store.next_sequence(done)
    batch = f"{sequence:06d}-{content[:8]}"
    again = work.versions.compare(before, (work.late.get("watermark") or [None])[0])
    found = door_batch.judge(work.db, contract, table, work.facts(before, work.rows - len(again.duplicate)), delivery)
    failed = {c["rule"] for c in found if c["failed"] and c["severity"] == "critical"}
    block = [r for r in door_batch.rules(contract, table) if r.name in failed]
    gone = None if block else work.versions.gone()
    is_asked_again = delivery.sha256 is None or work.versions.backfill
    if is_asked_again and work.rows and gone is None and not block and _is_known(work, again, before):
        return None
    verdicts = work.write(batch, again, block, gone)
    assert work.tmp is not None
    sealed = work.sealer.commit(batch) if work.sealer is not None else None
    made = store.manifest(
        settings, contract, table, batch, sequence, "landed", work.tmp, landed=work.rows, **verdicts,
        source={"kind": delivery.kind, "name": delivery.name, "sha256": delivery.sha256, "detail": delivery.detail},
        content_sha256=content, source_row_count=delivery.source_rows, non_data_rows=delivery.non_data_rows,
        checks=[*work.checks(len(again.conflict)), *found], pulled_at=work.pulled_at.isoformat(timespec="microseconds"),
        text_sha256=work.text.hexdigest() if work.text is not None else None,
        vault=sealed, identity_key=key_id(work.judge.key) if work.judge.personal else None, **work.marks(bool(block)),
    )  # fmt: skip
    store.commit(work.tmp, batch_folder(settings, table, batch), made)
    return made


def _known_text(contract: Contract, delivery: Delivery, before: list[dict[str, Any]]) -> str | None:
    """Return the text hash of the last delivery of the same kind, if it was judged by the same contract and hash."""
    last = next((m for m in reversed(before) if m["source"]["kind"] == delivery.kind), None)
    if (
        last is None
        or last.get("row_hash") != landed.HASH_SCHEME
        or last["contract_version"] != contract.contract_version
    ):
        return None
    return last.get("text_sha256")


def _is_known(work: Batch, again: Again, before: list[dict[str, Any]]) -> bool:
    """Tell whether every row is known: accepted before, or refused before and no different now."""
    if len(again.duplicate) == work.rows:
        return True
    if work.refused > HELD_ROWS or len(again.duplicate) + work.refused != work.rows:
        return False
    earlier = store.paths(work.settings, work.table, [m for m in before if m["rejected"]])
    if not earlier:
        return False
    asked = np.unique(np.concatenate(work.refused_hashes)).tolist()
    found = work.db.execute(
        f"select count(distinct _row_hash) from read_parquet([{', '.join(quoted(p) for p in earlier)}], union_by_name=true, "
        "hive_partitioning=false) where _verdict = 'rejected' and _row_hash in (select unnest(cast($1 as ubigint[])))",
        [asked],
    ).fetchall()
    return found[0][0] == len(asked)


def refuse(settings: Settings, contract: Contract, table: Table, refusal: Refusal) -> dict[str, Any]:
    """Record a file that could not be read: a manifest with the reason and no rows. Said once per file content."""
    done = manifests(settings, table)
    for m in done:
        if m["status"] == "refused" and (m["source"]["name"], m["source"]["sha256"]) == (refusal.name, refusal.sha256):
            return m
    sequence = store.next_sequence(done)
    mark = hashlib.sha256(f"{refusal.name}:{refusal.sha256}".encode()).hexdigest()[:8]
    batch = f"{sequence:06d}-refused-{mark}"
    tmp = store.temporary(settings)
    made = store.manifest(
        settings, contract, table, batch, sequence, "refused", tmp, reason=refusal.error.as_dict(),
        source={"kind": "file", "name": refusal.name, "sha256": refusal.sha256, "detail": {}},
    )  # fmt: skip
    store.commit(tmp, batch_folder(settings, table, batch), made)
    return made

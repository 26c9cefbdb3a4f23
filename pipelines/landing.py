"""Landing with proof: a delivery becomes one immutable batch, judged at the door and counted to the row.

A batch is a folder ``landing/<silo>/<table>/district_code=<d>/batch=<n>-<hash>/`` with ``rows.parquet``
(every row that came, raw text beside what was read, with its verdict), ``quarantine.parquet`` (one row per
refused row and rule) and ``manifest.json``. It is written in a temporary folder, synced, and becomes real
by one rename: a killed run leaves no half batch. Nothing landed is ever changed. Watermarks are read from
the manifests of committed batches and stored nowhere else.

Here belong the batch protocol, verdicts and the index. Protocols belong in ``connectors/``, rules at the
door, meaning in dbt.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from filelock import FileLock, Timeout

from pipelines import anchors, door, reading, vault
from pipelines.connectors.base import Delivery, Refusal, Since, Slice, Waiting
from pipelines.contract import Contract, Table
from pipelines.errors import AnlanError, BusyError, SourceError
from pipelines.reading import ident, quoted
from pipelines.settings import Settings

MANIFEST = "manifest.json"
GENESIS = "000000-genesis"
_CODEC = "zstd"
_RULES_PER_WORD = 62

QUARANTINE_SCHEMA = pa.schema(
    [
        (n, pa.string())
        for n in (
            "landing_ref silo table_name batch rule column_name raw_value "
            "reason_zh reason_en advice_zh advice_en severity"
        ).split()
    ]
)

Progress = Callable[[dict[str, Any]], None]


@dataclass
class TableResult:
    """What one pull brought for one table."""

    silo: str
    table: str
    batches: list[dict[str, Any]] = field(default_factory=list)
    refusals: list[dict[str, Any]] = field(default_factory=list)
    waiting: list[Waiting] = field(default_factory=list)
    error: AnlanError | None = None
    seconds: float = 0.0

    def total(self, what: str) -> int:
        """Sum ``landed``, ``accepted``, ``rejected`` or ``duplicate`` over the new batches."""
        return sum(int(b[what]) for b in self.batches)


def lock(settings: Settings) -> FileLock:
    """Return the lock of this profile's landing and warehouse; a second run at the same time is told so."""
    settings.base.mkdir(parents=True, exist_ok=True)
    held = FileLock(settings.base / ".lock", timeout=0)
    try:
        held.acquire()
    except Timeout as e:
        raise BusyError(
            f"profile {settings.profile}", "another run is at work on the same data",
            seen=f"the lock {settings.base.name}/.lock is held", do="wait until it ends, then run again",
        ) from e  # fmt: skip
    return held


def table_folder(settings: Settings, table: Table) -> Path:
    """Return the folder of a table's batches for the district."""
    return settings.landing / table.silo / table.name / f"district_code={settings.district_code}"


def manifests(settings: Settings, table: Table) -> list[dict[str, Any]]:
    """Return the manifests of a table's committed batches and refusals, oldest first."""
    found = []
    for path in sorted(table_folder(settings, table).glob(f"batch=*/{MANIFEST}")):
        with path.open(encoding="utf-8") as f:
            found.append(json.load(f))
    return sorted(found, key=lambda m: (m["sequence"], m["batch"]))


def since(settings: Settings, table: Table) -> Since:
    """Return where the committed batches of ``table`` end, from their manifests."""
    done = manifests(settings, table)
    marks = [m["watermark_to"] for m in done if m.get("watermark_to")]
    seen = {m["source"]["sha256"] for m in done if m["status"] == "landed" and m["source"].get("sha256")}
    stamps = {str(m["source"]["detail"].get("stamp", "")) for m in done if m["status"] == "landed"} - {""}
    return Since(datetime.fromisoformat(max(marks)) if marks else None, frozenset(seen), frozenset(stamps))


def clean(settings: Settings) -> None:
    """Remove what a killed run left in the temporary folder. Call it under the lock."""
    shutil.rmtree(settings.landing / "_tmp", ignore_errors=True)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _commit(tmp: Path, final: Path, manifest: dict[str, Any]) -> None:
    (tmp / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True), encoding="utf-8")
    for path in tmp.iterdir():
        path.chmod(0o600)
        _sync(path)
    _sync(tmp)
    final.parent.mkdir(parents=True, exist_ok=True)
    tmp.rename(final)
    _sync(final.parent)


def sha256_file(path: Path) -> str:
    """Return the SHA-256 of a file's bytes."""
    with path.open("rb") as f:
        return hashlib.file_digest(f, "sha256").hexdigest()


def _temporary(settings: Settings) -> Path:
    tmp = settings.landing / "_tmp" / uuid.uuid4().hex
    tmp.mkdir(parents=True)
    return tmp


def landed_schema(table: Table) -> pa.Schema:
    """Return the schema of ``rows.parquet``: reference, verdict, then each column raw and read."""
    head = [
        pa.field("landing_ref", pa.string()),
        pa.field("_file", pa.string()),
        pa.field("_part", pa.string()),
        pa.field("_row", pa.int64()),
        pa.field("_row_hash", pa.string()),
        pa.field("_verdict", pa.string()),
        pa.field("_duplicate_of", pa.string()),
    ]
    landed = [
        f
        for c in table.columns.values()
        for f in reading.empty_fields(c)
        # the raw text of a person lies in the vault
        if not (c.is_personal and f.name == f"{c.name}_text")
    ]
    return pa.schema([*head, *landed, *reading.group_fields(table)])


def genesis(settings: Settings, contract: Contract, table: Table) -> None:
    """Give a table its first batch, without rows, so that whoever reads it finds a schema."""
    final = table_folder(settings, table) / f"batch={GENESIS}"
    if final.exists():
        return
    tmp = _temporary(settings)
    pq.write_table(landed_schema(table).empty_table(), tmp / "rows.parquet", compression=_CODEC)
    pq.write_table(QUARANTINE_SCHEMA.empty_table(), tmp / "quarantine.parquet", compression=_CODEC)
    _commit(tmp, final, _manifest(settings, contract, table, GENESIS, 0, "genesis", tmp=tmp))


def _manifest(
    settings: Settings, contract: Contract, table: Table, batch: str, sequence: int, status: str, tmp: Path, **more: Any
) -> dict[str, Any]:
    files = {}
    for name in ("rows.parquet", "quarantine.parquet"):
        if (tmp / name).exists():
            files[name] = sha256_file(tmp / name)
    base = {
        "silo": table.silo, "table": table.name, "district_code": settings.district_code, "batch": batch,
        "sequence": sequence, "status": status, "contract_version": contract.contract_version,
        "department": contract.department, "source": {"kind": "none", "name": "", "sha256": None, "detail": {}},
        "files": files, "content_sha256": None, "landed": 0, "accepted": 0, "rejected": 0, "duplicate": 0, "source_row_count": None,
        "first_key": None, "last_key": None, "watermark_from": None, "watermark_to": None, "period_first": None,
        "period_last": None, "pulled_at": datetime.now(UTC).isoformat(timespec="seconds"), "non_data_rows": [],
        "checks": [], "reason": None,
    }  # fmt: skip
    return base | more


def gather(slices: Iterator[Slice], table: Table) -> pa.Table:
    """Return the delivery as one Arrow table: every column as text, and the place of every row."""
    parts = []
    for s in slices:
        n = s.rows.num_rows
        columns = {c: s.rows.column(c) for c in table.columns}
        columns["_file"] = pa.repeat(pa.scalar(s.file, pa.string()), n)
        columns["_part"] = pa.repeat(pa.scalar(s.part, pa.string()), n)
        columns["_row"] = s.numbers
        columns["_fault"] = s.faults if s.faults is not None else pa.nulls(n, pa.string())
        parts.append(pa.table(columns))
    fields = [(c, pa.string()) for c in table.columns]
    fields += [("_file", pa.string()), ("_part", pa.string()), ("_row", pa.int64()), ("_fault", pa.string())]
    schema = pa.schema(fields)
    return pa.concat_tables([p.cast(schema) for p in parts]) if parts else schema.empty_table()


def _words(bad: list[str]) -> list[str]:
    """Return one BIGINT expression per 62 rules: bit i is set where rule i is broken."""
    found = []
    for start in range(0, len(bad), _RULES_PER_WORD):
        bits = [f"case when {e} then {1 << i} else 0 end" for i, e in enumerate(bad[start : start + _RULES_PER_WORD])]
        found.append("cast(" + " + ".join(bits) + " as bigint)")
    return found


def _one(column: pa.ChunkedArray) -> pa.Array:
    """Return a column as one array."""
    if column.num_chunks == 1:
        return column.chunk(0)
    joined = column.combine_chunks()
    return joined if isinstance(joined, pa.Array) else pa.concat_arrays(joined.chunks)


def database() -> duckdb.DuckDBPyConnection:
    """Return the database in memory that batches are judged in, one after the other."""
    db = duckdb.connect(":memory:", config={"threads": 2, "memory_limit": "1200MB"})
    db.execute("set TimeZone = 'UTC'; set autoinstall_known_extensions = false")
    return db


class Batch:
    """One delivery on its way to become a batch; holds the DuckDB connection it is judged in."""

    def __init__(
        self,
        settings: Settings,
        contract: Contract,
        table: Table,
        delivery: Delivery,
        db: duckdb.DuckDBPyConnection | None = None,
    ) -> None:
        self.settings, self.contract, self.table, self.delivery = settings, contract, table, delivery
        self.rules = [r for r in door.rules(contract, table) if r.scope == "row"]
        self.columns = list(table.columns.values())
        self.key = settings.identity_key() if any(c.is_personal for c in self.columns) else b""
        self.landed: dict[str, pa.Array] = {}
        self.left: list[str] = []
        self.db = db or database()

    def _key(self) -> str:
        """Return the SQL text of a row's key over landed columns; the whole row where the contract names none."""
        if not self.table.key:
            return "_row_hash"
        parts = ", ".join(f"coalesce(cast({ident(c)} as varchar), '')" for c in self.table.key)
        return f"concat_ws(chr(31), {parts})" if len(self.table.key) > 1 else parts

    def close(self, keep: bool) -> None:
        """Let go of the rows; with ``keep`` the database stays open for the next batch."""
        if not keep:
            self.db.close()
            return
        for name, kind in (
            ("quarantine", "table"),
            ("twins", "table"),
            ("judged", "table"),
            ("few_clean", "table"),
            ("read", "view"),
        ):
            self.db.execute(f"drop {kind} if exists {name}")
        self.db.unregister("raw")

    def read(self, frame: pa.Table) -> None:
        """Read the columns; what is left to SQL becomes view ``read``: values, place, hash and order of every row.

        Raw text and what is already read stay Arrow arrays in ``landed`` and never pass through the database.
        """
        hashed, given, left, added = [], [], {}, {}
        for c in self.columns:
            values = _one(frame.column(c.name))
            made = reading.prepare(self.db, c, self.contract, values, self.key)
            self.landed |= {f"{c.name}_text": values, **made.arrays}
            left |= made.sql
            added |= made.added
            given.append(f"{made.given} as {ident('_given_' + c.name)}")
            if c.hash:
                # a row hash without a key would let a phone be found by trying all of them
                raw = ident(f"{c.name}__seen" if c.is_personal else c.name)
                value = (
                    f"cast({ident('_v_' + c.name)} as varchar)"
                    if c.name in made.arrays
                    else f"cast(({made.sql.get(c.name)}) as varchar)"
                )
                hashed.append(
                    f"coalesce({raw if self.contract.hashes_raw(self.table) else f'{value}, {raw}'}, chr(30))"
                )
        n = frame.num_rows
        self.landed |= reading.groups(self.db, self.contract, self.table, frame, self.landed, self._anchors)
        self.landed |= {p: _one(frame.column(p)) for p in ("_file", "_part", "_row")}
        place = {f"{c.name}_text" for c in self.columns} | {"_file", "_part", "_row"}
        ready = {name: a for name, a in self.landed.items() if name not in place}
        # raw text keeps the column's own name here; what is read already comes as _v_<name>
        raw = frame.select([*self.table.columns, "_file", "_part", "_row", "_fault"])
        for name, content in (*added.items(), *((f"_v_{k}", v) for k, v in ready.items())):
            raw = raw.append_column(name, content)
        self.db.register("raw", raw.append_column("_ord", pa.array(np.arange(n))))
        values = [f"{ident('_v_' + k)} as {ident(k)}" for k in ready] + [
            f"{sql} as {ident(k)}" for k, sql in left.items()
        ]
        self.left = list(left)
        self.db.execute(
            f"create or replace temp view read as select {', '.join([*values, *given])}, _file, _part, _row, _fault, _ord, "
            f"md5(concat_ws(chr(31), {', '.join(hashed)})) as _row_hash from raw"
        )

    def _anchors(self, spec: dict[str, Any]) -> pa.Table | None:
        return anchors.positions(self.settings, spec)

    def personal(self) -> pa.Table | None:
        """Return the raw text of the personal columns with the place of every row, for the vault."""
        named = [c.name for c in self.columns if c.is_personal]
        if not named:
            return None
        return pa.table({n: self.landed[n] for n in vault.PLACE} | {n: self.landed[f"{n}_text"] for n in named})

    def _earlier(self) -> str | None:
        """Return a query of the newest accepted row per key of earlier batches, or None where there is none."""
        done = [m for m in manifests(self.settings, self.table) if m["status"] == "landed" and m["accepted"]]
        if self.table.watermark and done:
            low = self.db.execute(f"select min({ident(self.table.watermark)}) from read").fetchall()[0]
            if low and low[0] is not None:
                done = [m for m in done if not m["watermark_to"] or datetime.fromisoformat(m["watermark_to"]) >= low[0]]
        if not done:
            return None
        folder = table_folder(self.settings, self.table)
        files = ", ".join(quoted(str(folder / f"batch={m['batch']}" / "rows.parquet")) for m in done)
        return (
            f"select {self._key()} as _key, max_by(_row_hash, landing_ref) as _hash, max(landing_ref) as _ref "
            f"from read_parquet([{files}], union_by_name=true) where _verdict = 'accepted' group by 1"
        )

    def judge(self, batch: str, block: list[dict[str, Any]]) -> None:
        """Make table ``judged``: verdict, duplicates, broken rules. ``block`` holds failed critical batch rules.

        All rows are read and judged in one pass, in the source's order. Only the few that repeat a key, here
        or in an earlier batch, are looked at again and changed in place.
        """
        prefix = f"{self.table.silo}/{self.table.name}/{batch}#"
        ref = f"concat({quoted(prefix)}, _file, '!', _part, ':', _row)"
        bad = [door.broken(r) for r in self.rules]
        critical = [0] * (1 + (len(bad) - 1) // _RULES_PER_WORD)
        for i, r in enumerate(self.rules):
            if r.severity == "critical":
                critical[i // _RULES_PER_WORD] |= 1 << (i % _RULES_PER_WORD)
        words = _words(bad)
        refused = " or ".join(f"(_bad_{i} & {critical[i]}) <> 0" for i in range(len(words)))
        kept = {*self.left, *self.table.key, *filter(None, (self.table.watermark, self.table.period_column))}
        self.db.execute(
            f"create or replace temp table judged as select {', '.join(ident(k) for k in sorted(kept))}, _ord, _row_hash, "
            f"landing_ref, {', '.join(f'_bad_{i}' for i in range(len(words)))}, "
            f"case when {'true' if block else refused} then 'rejected' else 'accepted' end as _verdict, "
            "cast(null as varchar) as _duplicate_of from ("
            f"select *, {ref} as landing_ref, {', '.join(f'{w} as _bad_{i}' for i, w in enumerate(words))} from read)"
        )
        self._mark_twins()
        earlier = self._earlier()
        if earlier:
            self.db.execute(
                "update judged set _verdict = 'duplicate', _duplicate_of = e._ref "
                f"from ({earlier}) as e where _verdict = 'accepted' and {self._key()} = e._key and _row_hash = e._hash"
            )

    def _mark_twins(self) -> None:
        """Mark rows that repeat a key inside the batch: the same row again, or the key with other content."""
        key = self._key()
        # two keys that share a 64-bit hash only make this look twice
        mark = f"hash({', '.join(ident(c) for c in self.table.key) or '_row_hash'})"
        repeated = f"select {mark} from judged group by 1 having count(*) > 1"
        whole = " and ".join(f"{ident(c)} is not null" for c in self.table.key) or "true"
        self.db.execute(
            "create or replace temp table twins as select _ord, row_number() over same as _nth, "
            "first_value(landing_ref) over same as _ref, "
            f"_row_hash <> first_value(_row_hash) over (partition by {key} order by _ord) and {whole} as _conflict "
            f"from judged where {mark} in ({repeated}) window same as (partition by {key}, _row_hash order by _ord)"
        )
        at = next((i for i, r in enumerate(self.rules) if r.kind == "key"), None)
        if at is not None:
            word, bit = at // _RULES_PER_WORD, 1 << (at % _RULES_PER_WORD)
            self.db.execute(
                f"update judged set _bad_{word} = _bad_{word} | {bit}, _verdict = 'rejected' "
                "from twins where judged._ord = twins._ord and twins._conflict"
            )
        self.db.execute(
            "update judged set _verdict = 'duplicate', _duplicate_of = twins._ref "
            "from twins where judged._ord = twins._ord and twins._nth > 1 and _verdict = 'accepted'"
        )

    def counts(self) -> tuple[dict[str, int], list[dict[str, Any]]]:
        """Return the rows per verdict, and one check per row rule."""
        verdicts = dict(self.db.execute("select _verdict, count(*) from judged group by 1").fetchall())
        n = sum(verdicts.values())
        failed = []
        for i, _ in enumerate(self.rules):
            word, bit = i // _RULES_PER_WORD, 1 << (i % _RULES_PER_WORD)
            failed.append(f"count(*) filter (where (_bad_{word} & {bit}) <> 0)")
        broken = self.db.execute(f"select {', '.join(failed)} from judged").fetchall()[0]
        checks = [
            {
                "rule": r.name,
                "scope": "row",
                "severity": r.severity,
                "column": r.column,
                "checked": self._checked(r, n),
                "failed": int(broken[i]),
            }
            for i, r in enumerate(self.rules)
        ]
        return {v: int(verdicts.get(v, 0)) for v in ("accepted", "rejected", "duplicate")}, checks

    def _checked(self, rule: door.Rule, rows: int) -> int:
        """Return how many rows ``rule`` could judge: those whose columns say something."""
        if rule.kind in {"shape", "key", "required"}:
            return rows
        named = [c for c in door.columns_of(rule) if f"{c}_text" in self.landed]
        empty = max((self.landed[f"{c}_text"].null_count for c in named), default=0)
        return rows - empty

    def quarantine(self, batch: str, block: list[dict[str, Any]]) -> pa.Table:
        """Return one row per finding: refused row and rule, and remarks (severity warning) on accepted rows."""
        found: list[str] = []
        head = f"landing_ref, {quoted(self.table.silo)} as silo, {quoted(self.table.name)} as table_name, {quoted(batch)} as batch"
        for i, r in enumerate(self.rules):
            word, bit = i // _RULES_PER_WORD, 1 << (i % _RULES_PER_WORD)
            found.append(
                f"select {head}, {quoted(r.name)} as rule, {quoted(r.column or '')} as column_name, {self._raw(r)} as raw_value, "
                f"{', '.join(quoted(t) for t in (r.reason_zh, r.reason_en, r.advice_zh, r.advice_en, r.severity))}, _ord "
                f"from judged join raw as r using (_ord) where (_bad_{word} & {bit}) <> 0"
            )
        for b in block:
            texts = (
                b.get("reason_zh", ""),
                b.get("reason_en", b.get("seen", "")),
                "请核对后整批重报",
                "check and send the whole batch again",
            )
            found.append(
                f"select {head}, {quoted(b['rule'])}, '', cast(null as varchar), {', '.join(quoted(str(t)) for t in texts)}, "
                "'critical', _ord from judged"
            )
        names = ", ".join(QUARANTINE_SCHEMA.names)
        self.db.execute(
            f"create or replace temp table quarantine as select * from ({' union all '.join(found)}) as q({names}, _ord) order by _ord, rule"
        )
        return self.db.sql(f"select {names} from quarantine").to_arrow_table().cast(QUARANTINE_SCHEMA)

    def _raw(self, rule: door.Rule) -> str:
        """Return the SQL of what the row said where ``rule`` looked; masked where it is personal."""
        if rule.kind == "shape":
            return "r._fault"
        names = self.table.key if rule.kind == "key" else door.columns_of(rule)
        shown = []
        for n in names:
            column = self.table.columns.get(n)
            if column is None:  # a part of a column, such as a birth date
                shown.append(f"cast(r.{ident('_v_' + n)} as varchar)")
            else:
                shown.append(f"r.{ident(f'_v_{n}_mask' if column.is_personal else n)}")
        return f"concat_ws(' | ', {', '.join(shown)})" if shown else "cast(null as varchar)"

    def ends(self) -> dict[str, Any]:
        """Return first and last key, watermark and period of the batch."""
        t = self.table
        mark, day = t.watermark, t.period_column
        asked = [
            "min(_ord)",
            "max(_ord)",
            f"min({ident(mark)})" if mark else "null",
            # a watermark must pass refused rows too, or they would be pulled and refused for ever
            f"max({ident(mark)})" if mark else "null",
            f"min({ident(day)}) filter (where _verdict <> 'rejected')" if day else "null",
            f"max({ident(day)}) filter (where _verdict <> 'rejected')" if day else "null",
        ]
        found = self.db.execute(f"select {', '.join(asked)} from judged").fetchall()[0]
        keys = dict(
            self.db.execute(
                f"select _ord, {self._key()} from judged where _ord in (?, ?)", [found[0], found[1]]
            ).fetchall()
        )
        days = [d.date() if isinstance(d, datetime) else d for d in found[4:]]
        found = (keys.get(found[0]), keys.get(found[1]), *found[2:4], *days)
        names = ("first_key", "last_key", "watermark_from", "watermark_to", "period_first", "period_last")
        masked = any(t.columns[k].is_personal for k in t.key)
        shown = {}
        for name, value in zip(names, found, strict=True):
            text = value.isoformat() if hasattr(value, "isoformat") else value
            shown[name] = (
                "…"
                if masked and name.endswith("_key") and text
                else (text.replace("\x1f", " · ") if isinstance(text, str) else text)
            )
        return shown

    def rows(self) -> pa.Table:
        """Return the landed rows with their verdicts, in the order the source had."""
        schema = landed_schema(self.table)
        names = [n for n in schema.names if n not in self.landed]
        judged = self.db.sql(f"select {', '.join(ident(n) for n in names)} from judged order by _ord").to_arrow_table()
        columns = [self.landed[n] if n in self.landed else judged.column(n) for n in schema.names]
        return pa.table(columns, names=schema.names).cast(schema)

    def write(self, tmp: Path) -> None:
        """Write ``rows.parquet``."""
        schema = landed_schema(self.table)
        # a dictionary of values that never repeat only costs
        unique = {"landing_ref", "_row_hash"}
        if len(self.table.key) == 1:
            unique |= {self.table.key[0], f"{self.table.key[0]}_text"}
        pq.write_table(
            self.rows(),
            tmp / "rows.parquet",
            compression=_CODEC,
            compression_level=1,
            row_group_size=122_880,
            use_dictionary=[n for n in schema.names if n not in unique],
        )


def content_hash(frame: pa.Table, table: Table, delivery: Delivery) -> str:
    """Return a hash that follows from the source's name and every landed text, in order."""
    digest = hashlib.sha256(f"{delivery.kind}:{delivery.name}:".encode())
    for name in table.columns:
        for chunk in frame.column(name).chunks:
            ends = np.frombuffer(chunk.buffers()[1], np.int32)[chunk.offset : chunk.offset + len(chunk) + 1]
            if len(chunk) and chunk.buffers()[2] is not None:
                digest.update(memoryview(chunk.buffers()[2])[ends[0] : ends[-1]])
                digest.update(np.diff(ends).tobytes())
    return digest.hexdigest()


def land(
    settings: Settings,
    contract: Contract,
    table: Table,
    delivery: Delivery,
    db: duckdb.DuckDBPyConnection | None = None,
) -> dict[str, Any] | None:
    """Turn one delivery into one batch and return its manifest; None where nothing new came.

    Raises:
        SourceError: when the source counted other rows than it sent.
        AnlanError: when the disk is full; nothing of the batch remains.

    """
    where = f"{table.id}: {delivery.name}"
    work = Batch(settings, contract, table, delivery, db)
    tmp: Path | None = None
    try:
        frame = gather(delivery.slices, table)
        landed = frame.num_rows
        if delivery.source_rows is not None and delivery.source_rows != landed:
            raise SourceError(
                where, "the source counts other rows than it sent",
                seen=f"{delivery.source_rows} counted, {landed} received", do="run again; if it stays, ask the owner",
            )  # fmt: skip
        if landed == 0 and delivery.sha256 is None:
            return None
        work.read(frame)
        done = manifests(settings, table)
        sequence = 1 + max((m["sequence"] for m in done), default=0)
        content = content_hash(frame, table, delivery)
        newest = next((m for m in reversed(done) if m["status"] == "landed"), {})
        if delivery.sha256 is None and newest.get("content_sha256") == content:
            # the same snapshot once more, to the letter: nothing was sent that we do not hold
            return None
        batch = f"{sequence:06d}-{content[:8]}"
        block = [c for c in delivery.checks if c["scope"] == "batch" and c["failed"] and c["severity"] == "critical"]
        work.judge(batch, block)
        verdicts, checks = work.counts()
        if delivery.sha256 is None and verdicts["duplicate"] == landed:
            return None
        tmp = _temporary(settings)
        work.write(tmp)
        pq.write_table(work.quarantine(batch, block), tmp / "quarantine.parquet", compression=_CODEC)
        manifest = _manifest(
            settings, contract, table, batch, sequence, "landed", tmp, landed=landed, **verdicts,
            source={"kind": delivery.kind, "name": delivery.name, "sha256": delivery.sha256, "detail": delivery.detail},
            content_sha256=content, source_row_count=delivery.source_rows, non_data_rows=delivery.non_data_rows, **work.ends(),
            checks=[*checks, *({"column": None} | c for c in delivery.checks)],
        )  # fmt: skip
        raw = work.personal()
        if raw is not None:
            manifest["vault"] = vault.seal(settings, table.silo, table.name, batch, raw)
            manifest["identity_key"] = vault.key_id(work.key)
        _commit(tmp, table_folder(settings, table) / f"batch={batch}", manifest)
        return manifest
    except (OSError, duckdb.IOException) as e:
        if isinstance(e, duckdb.IOException) or e.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}:
            raise AnlanError(
                f"landing folder of {table.id}", "the batch could not be written, nothing of it was kept",
                seen=str(e).splitlines()[0][:200], do="make room on the disk and run again",
            ) from e  # fmt: skip
        raise
    finally:
        work.close(keep=db is not None)
        if tmp is not None and tmp.exists():
            shutil.rmtree(tmp, ignore_errors=True)


def refuse(settings: Settings, contract: Contract, table: Table, refusal: Refusal) -> dict[str, Any]:
    """Record a file that could not be read: a manifest with the reason and no rows. Said once per file content."""
    done = manifests(settings, table)
    for m in done:
        if m["status"] == "refused" and (m["source"]["name"], m["source"]["sha256"]) == (refusal.name, refusal.sha256):
            return m
    sequence = 1 + max((m["sequence"] for m in done), default=0)
    mark = hashlib.sha256(f"{refusal.name}:{refusal.sha256}".encode()).hexdigest()[:8]
    batch = f"{sequence:06d}-refused-{mark}"
    tmp = _temporary(settings)
    manifest = _manifest(
        settings, contract, table, batch, sequence, "refused", tmp, reason=refusal.error.as_dict(),
        source={"kind": "file", "name": refusal.name, "sha256": refusal.sha256, "detail": {}},
    )  # fmt: skip
    _commit(tmp, table_folder(settings, table) / f"batch={batch}", manifest)
    return manifest


def connector(contract: Contract, table: Table) -> Callable[..., Iterator[Delivery | Refusal | Waiting]]:
    """Return the ``deliveries`` function of the table's protocol, or of the silo's own ``extract.py``."""
    if table.protocol == "extract":
        return import_module(f"pipelines.silos.{contract.silo}.extract").deliveries
    return import_module(f"pipelines.connectors.{table.protocol}").deliveries


def pull_table(
    settings: Settings,
    contract: Contract,
    table: Table,
    connection: dict[str, Any],
    progress: Progress | None = None,
    db: duckdb.DuckDBPyConnection | None = None,
) -> TableResult:
    """Pull what is new of one table. A fault ends this table, is kept in the result, and stops nothing else."""
    started, result = time.perf_counter(), TableResult(table.silo, table.name)
    own = database() if db is None else None
    try:
        genesis(settings, contract, table)
        for item in connector(contract, table)(contract, table, connection, since(settings, table)):
            if isinstance(item, Waiting):
                result.waiting.append(item)
                continue
            if isinstance(item, Refusal):
                result.refusals.append(refuse(settings, contract, table, item))
                continue
            try:
                manifest = land(settings, contract, table, item, db or own)
            except SourceError as e:
                if item.kind != "file":
                    raise
                # a large file is read slice by slice: what is wrong far inside refuses the file, not the folder
                refusal = Refusal(item.name, item.sha256, e)
                result.refusals.append(refuse(settings, contract, table, refusal))
                continue
            if manifest:
                result.batches.append(manifest)
            if item.after_commit is not None:
                item.after_commit()
    except AnlanError as e:
        result.error = e
    except Exception as e:  # a fault of ours must not take the other silos with it
        result.error = AnlanError(
            table.id, "stopped by a fault nobody foresaw", f"{type(e).__name__}: {e}"[:300], "report it"
        )
        result.error.__cause__ = e
    finally:
        if own is not None:
            own.close()
    result.seconds = time.perf_counter() - started
    if progress:
        progress({"stage": "pull", "silo": table.silo, "table": table.name, "result": result})
    return result


def pull(
    settings: Settings, contracts: list[Contract], progress: Progress | None = None, tables: set[str] | None = None
) -> list[TableResult]:
    """Pull all tables of ``contracts`` (or those named ``silo/table``), one after the other. Hold the lock."""
    clean(settings)
    db = database()
    results = []
    for contract in contracts:
        for table in contract.tables.values():
            if tables is not None and table.id not in tables:
                continue
            try:
                connection = settings.connection(contract.silo, table.protocol)
            except AnlanError as e:
                genesis(settings, contract, table)
                results.append(TableResult(contract.silo, table.name, error=e))
                continue
            results.append(pull_table(settings, contract, table, connection, progress, db))
    db.close()
    clean(settings)
    return results

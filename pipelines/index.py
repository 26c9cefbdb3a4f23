"""The index of landing and the proof that nothing was lost.

Two things are made from committed batches only: the index (``landing/_index/*.parquet``), which the
warehouse reads, and the reconciliation ``landed = accepted + rejected + duplicate``, to the row, per silo,
table and batch. The index may be thrown away and made again; the batches may not.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines import landing, store
from pipelines.contract import Contract, Table
from pipelines.quarantine import decisions, issues
from pipelines.reading import quoted
from pipelines.settings import Settings

BATCHES = pa.schema(
    [
        ("silo", pa.string()), ("table_name", pa.string()), ("district_code", pa.string()), ("batch", pa.string()),
        ("sequence", pa.int32()), ("contract_version", pa.int32()), ("source_kind", pa.string()),
        ("source_name", pa.string()), ("source_sha256", pa.string()), ("rows_sha256", pa.string()),
        ("landed", pa.int64()), ("accepted", pa.int64()), ("rejected", pa.int64()), ("duplicate", pa.int64()), ("withdrawn", pa.int64()),
        ("unreadable_files", pa.int64()), ("source_row_count", pa.int64()), ("first_key", pa.string()),
        ("last_key", pa.string()), ("period_first", pa.date32()), ("period_last", pa.date32()),
        ("pulled_at", pa.timestamp("us")), ("department", pa.string()), ("cadence", pa.string()),
        ("grace_days", pa.int32()), ("status", pa.string()), ("reason_zh", pa.string()), ("reason_en", pa.string()),
        ("table_name_zh", pa.string()), ("table_name_en", pa.string()), ("silo_name_zh", pa.string()),
        ("silo_name_en", pa.string()),
    ]
)  # fmt: skip
CHECKS = pa.schema(
    [
        ("silo", pa.string()), ("table_name", pa.string()), ("district_code", pa.string()), ("batch", pa.string()),
        ("rule", pa.string()), ("scope", pa.string()), ("severity", pa.string()), ("checked", pa.int64()),
        ("failed", pa.int64()),
    ]
)  # fmt: skip


def _still_refused(manifests: list[dict[str, Any]]) -> set[str]:
    """Return the batches of files that were refused and have not come again in a readable form."""
    healed = {m["source"]["name"]: m["sequence"] for m in manifests if m["status"] == "landed"}
    latest: dict[str, dict[str, Any]] = {}
    for m in manifests:
        if m["status"] == "refused":
            latest[m["source"]["name"]] = m
    return {m["batch"] for name, m in latest.items() if healed.get(name, -1) < m["sequence"]}


def _batch_row(contract: Contract, table: Table, m: dict[str, Any], refused: set[str]) -> dict[str, Any]:
    reason = m.get("reason") or {}
    text = ". ".join(v for k, v in reason.items() if k in {"what", "seen"} and v)
    return {
        **{k: m[k] for k in ("silo", "district_code", "batch", "sequence", "contract_version", "landed", "accepted",
                             "rejected", "duplicate", "withdrawn", "source_row_count", "first_key", "last_key", "status", "department")},
        "table_name": m["table"],
        "source_kind": m["source"]["kind"],
        "source_name": m["source"]["name"],
        "source_sha256": m["source"].get("sha256"),
        "rows_sha256": m["files"].get("rows.parquet"),
        "unreadable_files": int(m["batch"] in refused),
        "period_first": date.fromisoformat(m["period_first"]) if m["period_first"] else None,
        "period_last": date.fromisoformat(m["period_last"]) if m["period_last"] else None,
        "pulled_at": datetime.fromisoformat(m["pulled_at"]).replace(tzinfo=None),
        "cadence": contract.cadence,
        "grace_days": contract.grace_days,
        "reason_zh": f"文件读不出,未入库: {text}" if text else None,
        "reason_en": text or None,
        "table_name_zh": table.zh,
        "table_name_en": table.en,
        "silo_name_zh": contract.zh,
        "silo_name_en": contract.en,
    }  # fmt: skip


def rebuild(settings: Settings, contracts: list[Contract]) -> dict[str, int]:
    """Write ``_index/{batches,checks,quarantine,issues}.parquet`` from the manifests; return their row counts.

    Where no batch, decision or contract changed since, the files stand as they are. A rebuild as known on a date
    (:attr:`Settings.known_on`) sees what had been recorded by then only.
    """
    folder = settings.landing / "_index"
    folder.mkdir(parents=True, exist_ok=True)
    for contract in contracts:
        for table in contract.tables.values():
            landing.genesis(settings, contract, table)
            store.keep_copy(settings, table)
    mark, state = _mark(settings, contracts), _state(folder)
    if state.get("mark") == mark and all((folder / f"{name}.parquet").is_file() for name in state["rows"]):
        return state["rows"]
    batches, checks, refused_rows, unsettled = [], [], [], []
    decided = [
        d for d in decisions.load(settings) if settings.known_on is None or _utc(d.decided_at) <= settings.known_on
    ]
    for contract in contracts:
        for table in contract.tables.values():
            found = store.known(settings, table)
            refused = _still_refused(found)
            about = [d for d in decided if d.silo == contract.silo]
            unsettled += issues.of_table(settings, contract, table, found, about)
            for m in found:
                batches.append(_batch_row(contract, table, m, refused))
                head = {
                    "silo": m["silo"],
                    "table_name": m["table"],
                    "district_code": m["district_code"],
                    "batch": m["batch"],
                }
                checks += [
                    head | {k: c[k] for k in ("rule", "scope", "severity", "checked", "failed")} for c in m["checks"]
                ]
                if any(c["failed"] for c in m["checks"]):
                    path = landing.table_folder(settings, table) / f"batch={m['batch']}" / "quarantine.parquet"
                    part = pq.ParquetFile(path).read()
                    refused_rows.append(
                        part.append_column("district_code", pa.repeat(m["district_code"], part.num_rows))
                    )
    schema = landing.QUARANTINE_SCHEMA.append(pa.field("district_code", pa.string()))
    made = {
        "batches": pa.Table.from_pylist(batches, BATCHES),
        "checks": pa.Table.from_pylist(checks, CHECKS),
        "issues": issues.as_table(settings.district_code, unsettled),
        "quarantine": pa.concat_tables(refused_rows).cast(schema) if refused_rows else schema.empty_table(),
    }
    for name, content in made.items():
        tmp = folder / f".{name}.tmp"
        pq.write_table(content, tmp, compression="zstd")
        tmp.rename(folder / f"{name}.parquet")
    rows = {name: content.num_rows for name, content in made.items()}
    tmp = folder / ".state.tmp"
    tmp.write_text(json.dumps({"mark": mark, "rows": rows}), encoding="utf-8")
    tmp.rename(folder / "state.json")
    return rows


def _state(folder: Path) -> dict[str, Any]:
    try:
        return json.loads((folder / "state.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def _mark(settings: Settings, contracts: list[Contract]) -> str:
    """Return a hash of all that the index depends on."""
    digest = hashlib.sha256(f"2:{settings.known_on}:{','.join(decisions.names(settings))}".encode())
    for contract in contracts:
        digest.update(json.dumps(contract.raw, sort_keys=True, default=str).encode())
        for table in contract.tables.values():
            digest.update("".join([table.id, *(m["batch"] for m in store.known(settings, table))]).encode())
    return digest.hexdigest()


@dataclass
class Reconciliation:
    """The proof: one row per table, and every place where the sums do not hold."""

    profile: str
    tables: list[dict[str, Any]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """True where every row that landed is accepted, rejected or a duplicate."""
        return not self.faults

    def as_dict(self) -> dict[str, Any]:
        """Return the proof in the form ``anlan reconcile --json`` prints."""
        return {"profile": self.profile, "ok": self.ok, "tables": self.tables, "faults": self.faults}


def _recount(db: duckdb.DuckDBPyConnection, path: Path) -> tuple[dict[str, int], int, int]:
    rows = quoted(str(path / "rows.parquet"))
    verdicts = dict(
        db.execute(
            f"select _verdict, count(*) from read_parquet({rows}, hive_partitioning=false) group by 1"
        ).fetchall()
    )
    refused = db.execute(
        f"select count(distinct landing_ref) from read_parquet({quoted(str(path / 'quarantine.parquet'))}, "
        "hive_partitioning=false) where severity = 'critical'"
    ).fetchone()
    # tombstones are rows of ours: what came from the source is all the others
    came = sum(n for verdict, n in verdicts.items() if verdict != "withdrawn")
    return verdicts, came, int(refused[0] if refused else 0)


def reconcile(settings: Settings, contracts: list[Contract]) -> Reconciliation:
    """Count every batch again from its files and hold it against its manifest and the source's own count."""
    proof = Reconciliation(settings.profile)
    db = duckdb.connect(":memory:")
    for contract in contracts:
        for table in contract.tables.values():
            sums = dict.fromkeys(("landed", "accepted", "rejected", "duplicate", "withdrawn", "unreadable_files"), 0)
            found = landing.manifests(settings, table)
            sums["unreadable_files"] = len(_still_refused(found))
            for m in (x for x in found if x["status"] == "landed"):
                where = f"{table.id} batch {m['batch']}"
                try:
                    verdicts, total, refused = _recount(
                        db, landing.table_folder(settings, table) / f"batch={m['batch']}"
                    )
                except (duckdb.Error, OSError) as e:
                    proof.faults.append(f"{where}: the files cannot be read ({str(e).splitlines()[0][:160]})")
                    continue
                sums["landed"] += m["landed"]
                for v in ("accepted", "rejected", "duplicate", "withdrawn"):
                    sums[v] += verdicts.get(v, 0)
                    if verdicts.get(v, 0) != m[v]:
                        proof.faults.append(f"{where}: {v} is {verdicts.get(v, 0)} in the file, {m[v]} in the manifest")
                if total != m["landed"]:
                    proof.faults.append(f"{where}: {m['landed']} rows landed, {total} are accounted for")
                if refused != m["rejected"]:
                    proof.faults.append(f"{where}: {m['rejected']} rows rejected, {refused} are in quarantine")
                if m["source_row_count"] is not None and m["source_row_count"] != m["landed"]:
                    proof.faults.append(
                        f"{where}: the source counted {m['source_row_count']} rows, {m['landed']} landed"
                    )
            proof.tables.append({"silo": table.silo, "table": table.name, **sums})
    db.close()
    return proof


def as_json(proof: Reconciliation) -> str:
    """Return the proof as JSON text."""
    return json.dumps(proof.as_dict(), ensure_ascii=False, indent=1)

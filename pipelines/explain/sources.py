"""The last step of a chain: evidence rows, and the file, sheet and line that landing holds of each; people masked."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from pipelines import landed
from pipelines.contract import load as load_contract
from pipelines.errors import AnlanError
from pipelines.explain.arithmetic import Row, text
from pipelines.reading import ident, quoted
from pipelines.release import Release
from pipelines.settings import Settings

_REF = re.compile(r"^(?P<silo>[^/]+)/(?P<table>[^/]+)/(?P<batch>[^#]+)#(?P<file>.*)!(?P<part>[^!]*):(?P<row>\d+)$")
_PERSONAL = re.compile(r"(?<![0-9A-Za-z])(?:[1-9]\d{16}[0-9Xx]|1[3-9]\d{9})(?![0-9A-Za-z])")


def parse_ref(landing_ref: str) -> Row:
    """Return silo, table, batch, file, part and row of a landing reference."""
    m = _REF.match(landing_ref or "")
    if not m:
        raise AnlanError(
            "landing reference", "cannot be read", seen=repr(landing_ref), do="report it: the evidence row is broken"
        )
    return {**m.groupdict(), "row": int(m["row"])}


def open_landing(settings: Settings, release: Release, refs: Sequence[str]) -> dict[str, Row]:
    """Return for each reference its batch, source, checksums, place and raw values; personal columns masked.

    A batch that is gone or whose bytes differ from those the release was made from is said, not hidden:
    ``state`` is found, batch_missing, row_missing, batch_changed or unreadable.
    """
    found: dict[str, Row] = {}
    by_batch: dict[tuple[str, str, str], list[str]] = {}
    for ref in dict.fromkeys(r for r in refs if r):
        if not _REF.match(ref):
            found[ref] = {"landing_ref": ref, "state": "unreadable", "values": []}
            continue
        place = parse_ref(ref)
        found[ref] = {"landing_ref": ref, **place, "state": "batch_missing", "values": []}
        by_batch.setdefault((place["silo"], place["table"], place["batch"]), []).append(ref)
    for (silo, table, batch), mine in by_batch.items():
        frozen = release.rows(
            "select * from input_batches where silo = ? and table_name = ? and batch = ?", [silo, table, batch]
        )
        folder = next(iter(sorted((settings.landing / silo / table).glob(f"*/batch={batch}"))), None)
        if folder is None or not (folder / "rows.parquet").is_file():
            continue
        manifest = _manifest(folder)
        rows_sha256 = (manifest.get("files") or {}).get("rows.parquet") or manifest.get("rows_sha256")
        source = manifest.get("source") or {}
        about = {
            "source_kind": source.get("kind"),
            "source_name": source.get("name"),
            "source_sha256": source.get("sha256") or manifest.get("source_sha256"),
            "pulled_at": manifest.get("pulled_at"),
            "landed": manifest.get("landed"),
            "accepted": manifest.get("accepted"),
            "rejected": manifest.get("rejected"),
            "duplicate": manifest.get("duplicate"),
            "rows_sha256": rows_sha256,
        }
        same = not frozen or frozen[0].get("rows_sha256") in (None, rows_sha256)
        raw = _raw_rows(folder / "rows.parquet", mine, silo, table)
        for ref in mine:
            found[ref] |= about
            if ref not in raw:
                found[ref]["state"] = "row_missing"
                continue
            found[ref] |= {
                "state": "found" if same else "batch_changed",
                "values": _values(silo, table, raw[ref]),
                "verdict": raw[ref].get("_verdict"),
                "duplicate_of": raw[ref].get("_duplicate_of"),
                "op": raw[ref].get("_op"),
            }
    return found


def newest_of_key(settings: Settings, release: Release, ref: str) -> Row | None:
    """Return the landed row that stands for the key of ``ref``: its ``landing_ref`` and whether it ``is_gone`` (withdrawn, deleted).

    As staging chooses it (macro newest_accepted), among the batches the release was made from. None where the table has no
    key or had another one when the rows landed, the row has none, or its batch is not on this machine. The row itself where no other stands.
    """
    place = parse_ref(ref)
    silo, name = place["silo"], place["table"]
    table = load_contract(silo).tables.get(name)
    folders = sorted((settings.landing / silo / name).glob("*/batch=*"))
    frozen = release.rows("select batch from input_batches where silo = ? and table_name = ?", [silo, name])
    batches = {f["batch"] for f in frozen} | {place["batch"]}
    files = [
        f / "rows.parquet"
        for f in folders
        if f.name.removeprefix("batch=") in batches and (f / "rows.parquet").is_file()
    ]
    if table is None or not table.key or not files:
        return None
    keys = ", ".join(ident(k) for k in table.key)
    same = " and ".join(f"every.{ident(k)} = mine.{ident(k)}" for k in table.key)
    by_event = "_valid_at desc nulls last, " if table.load == "changes" else ""
    listed = ", ".join(quoted(str(f)) for f in files)
    landed_rows = (
        f"read_parquet([{listed}], hive_partitioning = true, hive_types_autocast = false, union_by_name = true)"
    )
    sql = f"""
        with every as (select *, {landed.reference(silo, name)} as landing_ref from {landed_rows}),
        mine as (select district_code, {keys} from every where landing_ref = ? limit 1)
        select every.landing_ref, every._verdict = 'withdrawn' or coalesce(every._op, '') = 'delete' as is_gone
        from every inner join mine on every.district_code = mine.district_code and {same}
        where every._verdict in ('accepted', 'withdrawn')
        order by {by_event}batch desc, _row desc, _file desc nulls last, _part desc nulls last limit 1
    """
    with duckdb.connect(":memory:", config={"autoinstall_known_extensions": "false"}) as con:
        con.execute("set TimeZone = 'UTC'")
        there = {
            r[0] for r in con.execute(f"select column_name from (describe select * from {landed_rows})").fetchall()
        }
        found = con.execute(sql, [ref]).fetchall() if set(table.key) <= there else []
    return {"landing_ref": found[0][0], "is_gone": bool(found[0][1])} if found else None


def _manifest(folder: Path) -> Row:
    try:
        return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def _raw_rows(path: Path, refs: list[str], silo: str, table: str) -> dict[str, Row]:
    contract = load_contract(silo)
    batch = parse_ref(refs[0])["batch"]
    with duckdb.connect(":memory:", config={"autoinstall_known_extensions": "false"}) as con:
        con.execute("set TimeZone = 'UTC'")
        con.execute("create view landed as select * from read_parquet('" + str(path).replace("'", "''") + "')")
        there = {r[0] for r in con.execute("select column_name from (describe landed)").fetchall()}
        ref = landed.reference(silo, table, quoted(batch))
        sent = [
            f"{landed.as_sent(c, contract)} as {ident('_sent_' + c.name)}"
            for c in contract.table(table).columns.values()
            if {c.name, f"{c.name}_text"} <= there and not c.is_personal
        ]
        marks = ", ".join("?" * len(refs))
        result = con.execute(
            f"select *, {', '.join([f'{ref} as _ref', *sent])} from landed where {ref} in ({marks})", refs
        )
        names = [c[0] for c in result.description]
        rows = [dict(zip(names, r, strict=True)) for r in result.fetchall()]
    return {r["_ref"]: r for r in rows}


def _values(silo: str, table: str, raw: Row) -> list[Row]:
    """Return column, Chinese and English name, the text as sent and what was read; never a person's raw value."""
    found = []
    for column in load_contract(silo).table(table).columns.values():
        if column.name not in raw:
            continue
        sent = raw.get(f"_sent_{column.name}", raw[column.name])
        read = raw.get(column.name)
        if column.is_personal:
            sent = raw.get(f"{column.name}_mask")
            read = None
        sent, is_masked = _mask(column.name, sent, column.is_personal)
        found.append({
            "column": column.name, "source": column.source, "zh": column.zh, "en": re.split(r"[,(:]", column.en)[0].strip(), "sent": sent,
            "read": None if read is None or is_masked or text(read) == text(sent) else read,
            "is_masked": is_masked,
        })  # fmt: skip
    return found


def _mask(name: str, sent: Any, is_personal: bool) -> tuple[Any, bool]:
    """Mask certificate numbers (some carry the identity number) and identity or phone numbers inside other text."""
    if is_personal or not isinstance(sent, str):
        return sent, is_personal
    if name.endswith("cert_no") and len(sent) > 4:
        return f"{sent[:4]}****{sent[-2:] if len(sent) > 8 else ''}", True
    hidden = _PERSONAL.sub(lambda m: f"{m[0][:3]}****{m[0][-2:]}", sent)
    return hidden, hidden != sent


def evidence_of(release: Release, system: str, code: str, unit: str, period: str) -> list[Row]:
    """Return the evidence rows of one unit and indicator, what costs points first."""
    return release.rows(
        "select entity_type, entity_id, numerator, denominator, occurred_at, landing_ref from indicator_evidence"
        " where system = ? and indicator_code = ? and unit_id = ? and period = ?"
        " order by case when denominator is null or numerator >= denominator then 1 else 0 end,"
        " occurred_at nulls last, entity_id, landing_ref",
        [system, code, unit, period],
    )


def with_landing(settings: Settings, release: Release, evidence: list[Row], limit: int) -> list[Row]:
    """Return the first ``limit`` evidence rows, below 0 all, each with its place in landing."""
    shown = evidence if limit < 0 else evidence[:limit]
    places = open_landing(settings, release, [e["landing_ref"] for e in shown])
    return [{**e, "landing": places.get(e["landing_ref"])} for e in shown]

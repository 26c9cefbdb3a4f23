"""What became of every refused row, worked out from committed batches and decisions and stored nowhere else.

    open         nobody has mended it yet
    repaired     a row of a repair workbook took its place and was accepted
    sent_again   its owner sent the same key again in an ordinary delivery, and it was accepted
    released     let in as it stands by a decision
    waived       left out on purpose until a day named by a decision; afterwards it is open again

A row of a repair that was refused once more is a further attempt at the same issue, not an issue of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from pipelines import store
from pipelines.contract import Contract, Table
from pipelines.door_batch import AGAIN
from pipelines.quarantine.decisions import Decision
from pipelines.reading import ident, quoted
from pipelines.settings import Settings

MENDED = ("repaired", "sent_again")
ISSUES = pa.schema(
    [
        ("district_code", pa.string()), ("silo", pa.string()), ("table_name", pa.string()), ("batch", pa.string()),
        ("landing_ref", pa.string()), ("rules", pa.string()), ("issue_state", pa.string()),
        ("found_at", pa.timestamp("us")), ("mended_at", pa.timestamp("us")), ("mended_ref", pa.string()),
        ("attempts", pa.int32()), ("decided_by", pa.string()), ("decided_why", pa.string()), ("until_date", pa.date32()),
    ]
)  # fmt: skip


@dataclass
class Issue:
    """One refused row and what became of it. ``latest_ref`` is the newest attempt, the row itself where there is none."""

    landing_ref: str
    silo: str
    table: str
    batch: str
    rules: tuple[str, ...]
    found_at: datetime
    state: str = "open"
    mended_at: datetime | None = None
    mended_ref: str | None = None
    latest_ref: str = ""
    attempts: int = 0
    decision: Decision | None = None

    def state_on(self, day: date) -> str:
        """Return the state as of ``day``: a waiver that has run out leaves the row open."""
        if self.state == "waived" and self.decision is not None and not self.decision.holds_on(day):
            return "open"
        return self.state


def of_table(
    settings: Settings, contract: Contract, table: Table, found: list[dict[str, Any]], decided: list[Decision]
) -> list[Issue]:
    """Return the issues of one table from its manifests ``found`` and the decisions about it, oldest first."""
    refused = [m for m in found if m["status"] == "landed" and m["rejected"]]
    if not refused:
        return []
    at = {m["batch"]: datetime.fromisoformat(m["pulled_at"]).replace(tzinfo=None) for m in found}
    kinds = {m["batch"]: m["source"]["kind"] for m in found}
    issues: dict[str, Issue] = {}
    with duckdb.connect(":memory:") as db:
        files = _files(settings, table, [m["batch"] for m in refused if m["source"]["kind"] not in AGAIN], "quarantine")
        if files:
            rows = db.execute(
                f"select landing_ref, min(batch), list_sort(list(distinct rule)) from read_parquet([{files}], hive_partitioning=false) "
                "where severity = 'critical' group by 1 order by 1"
            ).fetchall()
            issues = {r: Issue(r, table.silo, table.name, b, tuple(rules), at[b], latest_ref=r) for r, b, rules in rows}
        _by_decision(db, settings, table, issues, [d for d in decided if d.table == table.name], at)
        _by_key(db, settings, table, issues, found, kinds, at)
    return list(issues.values())


def _files(settings: Settings, table: Table, batches: list[str], name: str) -> str:
    folder = store.table_folder(settings, table)
    return ", ".join(quoted(str(folder / f"batch={b}" / f"{name}.parquet")) for b in batches)


def _verdicts(db: duckdb.DuckDBPyConnection, path: Path) -> dict[tuple[str, str, int], str]:
    """Return the verdict of each row of a batch by its place."""
    found = db.execute(
        f"select _file, _part, _row, _verdict from read_parquet({quoted(str(path))}, hive_partitioning=false)"
    ).fetchall()
    return {(f or "", p or "", n): v for f, p, n, v in found}


def _by_decision(
    db: duckdb.DuckDBPyConnection,
    settings: Settings,
    table: Table,
    issues: dict[str, Issue],
    decided: list[Decision],
    at: dict[str, datetime],
) -> None:
    from pipelines.quarantine.refs import parse

    root: dict[str, str] = {}
    for d in decided:
        verdicts = {}
        if d.batch in at:
            folder = store.table_folder(settings, table) / f"batch={d.batch}"
            verdicts = _verdicts(db, folder / "rows.parquet")
        for old, new in d.ties.items():
            issue = issues.get(root.get(old, old))
            if issue is None or issue.state in {*MENDED, "released"}:
                continue
            if d.action == "waive":
                issue.state, issue.decision = "waived", d
                continue
            if new is None:
                continue
            root[new] = issue.landing_ref
            place = parse(new)
            issue.attempts += 1
            issue.latest_ref = new
            if verdicts.get((place.file, place.part, place.row)) in {"accepted", "duplicate"}:
                issue.state = "repaired" if d.action == "repair" else "released"
                issue.mended_at, issue.mended_ref, issue.decision = at[str(d.batch)], new, d


def _by_key(
    db: duckdb.DuckDBPyConnection,
    settings: Settings,
    table: Table,
    issues: dict[str, Issue],
    found: list[dict[str, Any]],
    kinds: dict[str, str],
    at: dict[str, datetime],
) -> None:
    """Mark what its owner mended in the source: the same key, accepted in a later ordinary delivery."""
    waiting = {r: i for r, i in issues.items() if i.state in {"open", "waived"}}
    if not table.key or not waiting:
        return
    first = min(i.batch for i in waiting.values())
    later = [
        m["batch"]
        for m in found
        if m["status"] == "landed" and m["accepted"] and m["batch"] > first and kinds[m["batch"]] not in AGAIN
    ]
    if not later:
        return
    key = "md5(concat_ws(chr(31), " + ", ".join(f"cast({ident(c)} as varchar)" for c in table.key) + "))"
    whole = " and ".join(f"{ident(c)} is not null" for c in table.key)
    row = f"{quoted(table.silo + '/' + table.name + '/')} || regexp_extract(filename, 'batch=([^/]+)/', 1)"
    ref = f"concat({row}, '#', _file, '!', _part, ':', _row)"
    old = _files(settings, table, sorted({i.batch for i in waiting.values()}), "rows")
    new = _files(settings, table, later, "rows")
    options = "filename=true, union_by_name=true, hive_partitioning=false"
    pairs = db.execute(
        f"with refused as (select {key} as k, {ref} as ref, regexp_extract(filename, 'batch=([^/]+)/', 1) as batch "
        f"from read_parquet([{old}], {options}) where _verdict = 'rejected' and {whole}), "
        f"accepted as (select {key} as k, {ref} as ref, regexp_extract(filename, 'batch=([^/]+)/', 1) as batch "
        f"from read_parquet([{new}], {options}) where _verdict = 'accepted' and {whole} and {key} in (select k from refused)) "
        "select r.ref, min(a.batch), min_by(a.ref, a.batch) from refused r join accepted a on r.k = a.k and a.batch > r.batch group by 1"
    ).fetchall()
    for old_ref, batch, new_ref in pairs:
        issue = waiting.get(old_ref)
        if issue is not None:
            issue.state, issue.mended_at, issue.mended_ref = "sent_again", at[batch], new_ref


def as_table(district_code: str, issues: list[Issue]) -> pa.Table:
    """Return issues as rows of the index."""
    rows = [
        {
            "district_code": district_code, "silo": i.silo, "table_name": i.table, "batch": i.batch,
            "landing_ref": i.landing_ref, "rules": ", ".join(i.rules), "issue_state": i.state, "found_at": i.found_at,
            "mended_at": i.mended_at, "mended_ref": i.mended_ref, "attempts": i.attempts,
            "decided_by": i.decision.who if i.decision else None, "decided_why": i.decision.why if i.decision else None,
            "until_date": i.decision.until if i.decision else None,
        }
        for i in issues
    ]  # fmt: skip
    return pa.Table.from_pylist(rows, ISSUES)

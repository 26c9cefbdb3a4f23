"""Drop folders: workbooks, delimited text and archives, as departments leave them. One file, one delivery.

``source:`` in a contract says what a table's files look like:

* ``pattern`` glob or list of globs below the folder (``**/`` allowed), ``exclude`` likewise;
* ``format`` ``xlsx`` (any workbook), ``csv``, ``auto`` (by the file's ending), or the shapeless
  ``sheet_rows`` and ``csv_rows``: every row of every sheet or file as a list of cells;
* ``encoding``, ``delimiter``, ``comment``, ``quote``, and for a folder of mixed files ``rules``: a list of
  ``{pattern, encoding, …}``, the first that fits a file wins;
* ``sheet``, ``skip_rows`` (titles above the header), ``header_rows``, ``rows_after_header``,
  ``total_label`` with ``total_label_column`` and ``total_columns``;
* ``archive: zip`` with ``members`` (glob): the archive is one delivery, each member a part;
* ``daily_from: <column>``: warn of days without a member or row between the first and the last;
* ``group: true``: many small files make one delivery; an unreadable one is still refused by its own name.

A column's ``source`` is the header's text, ``上级/下级`` where two header rows are needed to tell columns
apart, ``""`` for a column without a header, or ``@stem``, ``@file``, ``@member``, ``@sheet``. ``match`` (a
regular expression with a group ``(?P<part>…)``) takes a part of a cell that holds several things; a cell that no
``match`` of its source understands is a fault of its row.

What cannot be read as promised is refused by name and the rest goes on; files still being written wait.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from pipelines.connectors.base import Delivery, Refusal, Since
from pipelines.connectors.files import cells, delimited, workbook
from pipelines.connectors.files.columns import Reading, Wanted, missing_days, wanted
from pipelines.connectors.files.folder import Found, digest_of, find, members, unpacked
from pipelines.contract import Contract, Table
from pipelines.errors import AnlanError, SourceError

WORKBOOK_ENDINGS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
_READERS = {
    "xlsx": workbook.read,
    "csv": delimited.read,
    "sheet_rows": cells.sheets,
    "csv_rows": cells.records,
}


@dataclass(frozen=True)
class _Job:
    """What is the same for all files of one table."""

    contract: Contract
    table: Table
    source: dict[str, Any]
    columns: list[Wanted]

    def rules(self, name: str) -> dict[str, Any]:
        """Return the source mapping with the first rule that fits ``name`` laid over it."""
        for rule in self.source.get("rules", ()):
            if fnmatch.fnmatchcase(name, rule["pattern"]):
                return {**self.source, **rule}
        return self.source

    def read(self, found: Found, data: bytes, part: str | None = None) -> Reading:
        """Read one file's or member's bytes."""
        source = self.rules(found.name)
        name = part or found.name
        kind = source.get("format", "auto")
        if kind == "auto":
            kind = "xlsx" if name.lower().endswith(WORKBOOK_ENDINGS) else "csv"
        where = f"{self.table.id} {found.name}" + (f"!{part}" if part else "")
        if kind not in _READERS:
            raise SourceError(where, f"the contract names an unknown format {kind!r}", do=f"use {', '.join(_READERS)}")
        return _READERS[kind](data, source, self.columns, where, found.name, part)


def deliveries(
    contract: Contract, table: Table, connection: dict[str, Any], since: Since
) -> Iterator[Delivery | Refusal]:
    """Yield one delivery or refusal per file of ``table`` that is not in ``since.seen``, by name.

    ``connection["path"]`` is the silo's drop folder.

    Raises:
        SourceError: the folder does not exist or cannot be read. A single file never raises.

    """
    job = _Job(contract, table, dict(table.source), wanted(table))
    files = find(table, connection["path"], job.source)
    if job.source.get("group"):
        yield from _group(job, files, since)
        return
    for found in files:
        try:
            digest = found.digest()
            if digest is None or digest in since.seen:
                continue
            reading = _whole(job, found)
            if found.has_changed():
                continue
        except AnlanError as e:
            yield Refusal(found.name, found.sha256, e)
            continue
        yield _delivery(job, found.name, digest, reading)


def _whole(job: _Job, found: Found) -> Reading:
    if job.source.get("archive") == "zip":
        return _archive(job, found)
    data, packed = unpacked(found)
    reading = job.read(found, data)
    reading.detail = {"bytes": found.size, **({"packed": packed} if packed else {}), **reading.detail}
    return reading


def _archive(job: _Job, found: Found) -> Reading:
    """Read every member; one that cannot be read refuses the archive, which is one delivery."""
    whole = Reading(detail={"bytes": found.size})
    for part, data in members(found, job.source.get("members", "*")):
        whole.add(job.read(found, data, part))
    whole.detail["members"] = len(whole.slices)
    if not whole.slices:
        raise SourceError(
            f"{job.table.id} {found.name}", "the archive holds no member the contract asks for",
            seen=f"asked for {job.source.get('members', '*')}", do="ask the owner for the complete archive",
        )  # fmt: skip
    return whole


def _group(job: _Job, files: list[Found], since: Since) -> Iterator[Delivery | Refusal]:
    whole, digests = Reading(), []
    for found in files:
        try:
            digest = found.digest()
            if digest is None:
                continue
            reading = _whole(job, found)
        except AnlanError as e:
            if found.sha256 not in since.seen:
                yield Refusal(found.name, found.sha256, e)
            continue
        digests.append((found.name, digest))
        reading.detail = {}
        whole.add(reading)
    if not digests:
        return
    digest = digest_of(digests)
    if digest not in since.seen:
        whole.detail["files"] = len(digests)
        yield _delivery(job, str(job.source.get("group_name", job.table.name)), digest, whole)


def _delivery(job: _Job, name: str, digest: str, reading: Reading) -> Delivery:
    rule = f"{job.table.silo}.{job.table.name}"
    checks = [{**c, "rule": f"{rule}.{c['rule']}"} for c in reading.checks]
    if column := job.source.get("daily_from"):
        checks.append({**missing_days(reading.slices, column), "rule": f"{rule}.no_day_missing"})
    return Delivery(
        kind="file",
        name=name,
        slices=iter([s for s in reading.slices if len(s.rows)] or _empty(job, name)),
        detail=reading.detail,
        sha256=digest,
        non_data_rows=reading.non_data_rows,
        checks=checks,
    )


def _empty(job: _Job, name: str) -> list[Any]:
    from pipelines.connectors.base import Slice

    schema = pa.schema([(w.name, pa.string()) for w in job.columns])
    return [Slice(name, "", pa.array([], pa.int64()), schema.empty_table())]

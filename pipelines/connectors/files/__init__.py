"""Files as departments leave them: workbooks, delimited text, documents, map layers, archives. One file, one delivery.

Where they lie is another matter: a drop folder (``files``), an SFTP server (``sftp``) or a bucket (``s3``) are read
by the same code and the same ``source:``.

``source:`` in a contract says what a table's files look like:

* ``pattern`` glob or list of globs below the folder (``**/`` allowed), ``exclude`` likewise;
* ``format`` ``xlsx`` or ``xls`` (any workbook), ``csv``, ``docx``, ``geojson``, ``shapefile``, ``auto`` (by the file's ending),
  or the shapeless ``sheet_rows`` and ``csv_rows``: every row of every sheet or file as a list of cells;
* ``encoding``, ``delimiter``, ``comment``, ``quote``, and for a folder of mixed files ``rules``: a list of
  ``{pattern, encoding, …}``, the first that fits a file wins;
* ``sheet``, ``skip_rows`` (titles above the header), ``header_rows``, ``rows_after_header``,
  ``total_label`` with ``total_label_column`` and ``total_columns``;
* ``members`` (glob; ``archive: zip`` alone means all): the archive is one delivery, each member a part;
* ``daily_from: <column>``: warn of days without a member or row between the first and the last;
* ``group: true``: many small files make one delivery; an unreadable one is still refused by its own name. Of an
  incremental table only the files that are new or changed are read, of a snapshot always all.

A column's ``source`` is the header's text, ``上级/下级`` where two header rows are needed to tell columns
apart, ``""`` for a column without a header, or ``@stem``, ``@file``, ``@member``, ``@sheet``. ``match`` (a
regular expression with a group ``(?P<part>…)``) takes a part of a cell that holds several things; a cell that no
``match`` of its source understands is a fault of its row. ``document.py`` and ``layers.py`` say what a docx table
and a map layer need beyond that.

What cannot be read as promised is refused by name and the rest goes on; files still being written wait.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Any, Protocol

import pyarrow as pa

from pipelines.connectors.base import SAMPLE_ROWS, Delivery, Refusal, Sample, Since, Slice, Waiting
from pipelines.connectors.files import cells, delimited, document, layers, workbook
from pipelines.connectors.files.columns import Days, Reading, Wanted, wanted, within
from pipelines.connectors.files.containers import EAGER, Box, box_of, members
from pipelines.connectors.files.folder import Folder
from pipelines.connectors.files.places import Entry, Found, Lost, choose, digest_of, in_window
from pipelines.contract import Contract, Table
from pipelines.errors import AnlanError, SourceError

WORKBOOK_ENDINGS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
_ENDINGS = {
    **dict.fromkeys(WORKBOOK_ENDINGS, "xlsx"),
    ".docx": "docx",
    ".geojson": "geojson",
    ".json": "geojson",
    ".shp": "shapefile",
    ".zip": "shapefile",
}
_READERS = {
    "xlsx": workbook.read,
    "xls": workbook.read,
    "csv": delimited.read,
    "docx": document.read,
    "geojson": layers.geojson,
    "shapefile": layers.shapefile,
    "sheet_rows": cells.sheets,
    "csv_rows": cells.records,
}


class Place(Protocol):
    """Where files lie. It lists them, shows one as it is now, and brings one to the local disk.

    ``notes`` and ``checks``: what it noticed about the place itself, such as a clock that is wrong.
    """

    notes: list[str]
    checks: list[dict[str, Any]]

    def entries(self, source: dict[str, Any]) -> Iterator[Entry]:
        """Yield the files there are."""

    def siblings(self, entry: Entry) -> list[Entry]:
        """Return the files of the same name with another ending."""

    def look(self, entry: Entry) -> Entry | None:
        """Return a file as the place shows it now; None if it is gone."""

    def bring(self, entry: Entry) -> Any:
        """Return the local path of a file's bytes."""

    def close(self) -> None:
        """Let go of connections and of what was brought."""


@dataclass(frozen=True)
class _Job:
    """What is the same for all files of one table."""

    contract: Contract
    table: Table
    source: dict[str, Any]
    columns: list[Wanted] = field(default_factory=list)
    place: Place | None = None

    def rules(self, name: str) -> dict[str, Any]:
        """Return the source mapping with the first rule that fits ``name`` laid over it."""
        for rule in self.source.get("rules", ()):
            if fnmatch.fnmatchcase(name, rule["pattern"]):
                return {**self.source, **rule}
        return self.source

    def readings(self, found: Found) -> tuple[Iterator[Reading], bool]:
        """Return what a file gives, piece by piece, and whether it is too large to be judged whole."""
        asked = self.source.get("members", self.source.get("member"))
        if self.source.get("archive") == "zip" or asked:
            parts = members(found, asked or "*")
            if not parts:
                raise SourceError(
                    found.where, "the archive holds no member the contract asks for",
                    seen=f"asked for {asked or '*'}", do="ask the owner for the complete archive",
                )  # fmt: skip
            head = Reading(detail={"bytes": found.size, "members": len(parts)})
            pieces = chain([head], *(self._read(found, box, part) for part, box in parts))
            return pieces, sum(box.size for _, box in parts) > EAGER
        box = box_of(found)
        head = Reading(detail={"bytes": found.size, **({"packed": box.packed} if box.packed else {})})
        return chain([head], self._read(found, box, None)), box.is_large

    def _read(self, found: Found, box: Box, part: str | None) -> Iterator[Reading]:
        """Read one file's or member's bytes."""
        source = self.rules(found.name)
        name = (part or found.name).lower().removesuffix(".gz")
        kind = source.get("format", "auto")
        if kind == "auto":
            kind = next((k for ending, k in _ENDINGS.items() if name.endswith(ending)), "csv")
        where = found.where + (f"!{part}" if part else "")
        if kind not in _READERS:
            raise SourceError(where, f"the contract names an unknown format {kind!r}", do=f"use {', '.join(_READERS)}")
        yield from _READERS[kind](box, source, self.columns, where, found.name, part)


def deliveries(
    contract: Contract, table: Table, connection: dict[str, Any], since: Since
) -> Iterator[Delivery | Refusal | Waiting]:
    """Yield one delivery or refusal per file of ``table`` that is not in ``since.seen``, by name.

    ``connection["path"]`` is the silo's drop folder.

    Raises:
        SourceError: the folder does not exist or cannot be read. A single file never raises.

    """
    yield from from_place(Folder(table.id, connection["path"]), contract, table, since)


def check(contract: Contract, table: Table, connection: dict[str, Any]) -> Sample:
    """Return what the newest file of ``table`` holds, by its own column names."""
    return sample_of(Folder(table.id, connection["path"]), contract, table)


def from_place(place: Place, contract: Contract, table: Table, since: Since) -> Iterator[Delivery | Refusal | Waiting]:
    """Yield what is new in ``place`` for ``table``; with a window, the files and rows whose period lies in it.

    Raises:
        SourceError: the place cannot be reached, or lost a file half way; what came before is delivered.

    """
    job = _Job(contract, table, dict(table.source), wanted(table), place)
    lost: list[SourceError] = []
    try:
        entries, waiting = choose(place.entries(job.source), job.source)
        yield from waiting
        if since.window:
            entries = [e for e in entries if in_window(e.name, since.window) is not False]
            since = Since(window=since.window)
        files = [_found(place, e, table) for e in entries]
        found = _group(job, files, since) if job.source.get("group") else _each(job, files, since, lost)
        yield from found
    finally:
        place.close()
    if lost:
        raise lost[0]


def _found(place: Place, entry: Entry, table: Table) -> Found:
    beside = tuple(place.siblings(entry)) if entry.name.lower().endswith(".shp") else ()
    return Found(entry, table.id, place.bring, place.look, beside)


def _each(
    job: _Job, files: list[Found], since: Since, lost: list[SourceError]
) -> Iterator[Delivery | Refusal | Waiting]:
    for found in files:
        if found.stamp in since.stamps:
            continue
        try:
            digest = found.digest()
        except Lost as e:  # the way to the file broke, not the file: the others are tried, then it is said
            lost.append(e)
            continue
        except AnlanError as e:
            yield Refusal(found.name, found.sha256, e)
            continue
        if digest is None:
            yield found.waits()
            continue
        if digest in since.seen:
            continue
        try:
            made = _delivery(job, found.name, digest, *job.readings(found), since.window)
        except AnlanError as e:
            yield Refusal(found.name, digest, e)
            continue
        if found.has_changed():
            yield found.waits()
            continue
        made.detail["stamp"] = found.stamp
        yield made


def _group(job: _Job, files: list[Found], since: Since) -> Iterator[Delivery | Refusal | Waiting]:
    whole, digests, stamps = Reading(), [], []
    stamp = digest_of((f.name, f.stamp) for f in files)
    if stamp in since.stamps:
        return
    is_complete = True
    is_incremental = job.table.load == "incremental"
    for found in files:
        if is_incremental and found.stamp in since.stamps:
            continue
        try:
            digest = found.digest()
            if digest is None:
                is_complete = False
                yield found.waits()
                continue
            if is_incremental and digest in since.seen:
                continue
            reading = Reading()
            for piece in job.readings(found)[0]:
                reading.add(piece)
        except AnlanError as e:
            is_complete = False
            if found.sha256 not in since.seen:
                yield Refusal(found.name, found.sha256, e)
            continue
        digests.append((found.name, digest))
        stamps.append(found.stamp)
        reading.detail = {}
        whole.add(reading)
    if not digests:
        return
    digest = digest_of(digests)
    if digest not in since.seen:
        whole.detail["files"] = len(digests)
        if is_incremental:
            whole.detail["file_stamps"], whole.detail["file_sha256"] = stamps, [d for _, d in digests]
        made = _delivery(job, str(job.source.get("group_name", job.table.name)), digest, iter([whole]), False, None)
        if is_complete:  # else the file that waits or was refused is looked at again
            made.detail["stamp"] = stamp
        yield made


def _delivery(
    job: _Job,
    name: str,
    digest: str,
    readings: Iterator[Reading],
    is_large: bool,
    window: tuple[datetime, datetime] | None,
) -> Delivery:
    """Return the delivery of one file. A small file is read now; a large one while its slices are taken."""
    first = Reading()
    for piece in readings:
        first.add(piece)
        if is_large and piece.slices:
            break
    rule = f"{job.table.silo}.{job.table.name}"
    made = Delivery("file", name, iter(()), first.detail, digest, non_data_rows=first.non_data_rows)
    days = Days(column) if (column := job.source.get("daily_from")) else None
    cut = window and job.table.period_column and in_window(name, window) is None
    if cut:
        made.sha256 = None  # a part of a file is not the file
    about_place = job.place.checks if job.place else []
    whole = Reading(checks=[*first.checks, *(dict(c) for c in about_place)])

    def slices() -> Iterator[Slice]:
        any_rows = False
        for piece in chain([Reading(slices=first.slices)], readings):
            whole.add(Reading(checks=piece.checks))
            made.non_data_rows += piece.non_data_rows
            for part in piece.slices:
                if cut:
                    part = within(part, str(job.table.period_column), window[0].date(), window[1].date())
                if days:
                    days.take(part)
                if len(part.rows):
                    any_rows = True
                    yield part
        made.checks[:] = checks()
        if not any_rows:
            yield _empty(job, name)

    def checks() -> list[dict[str, Any]]:
        found = [{**c, "rule": f"{rule}.{c['rule']}"} for c in whole.checks]
        return found + ([{**days.check(), "rule": f"{rule}.no_day_missing"}] if days else [])

    made.slices = slices()
    if not is_large:
        taken = list(made.slices)
        made.slices = iter(taken)
    return made


def _empty(job: _Job, name: str) -> Slice:
    schema = pa.schema([(w.name, pa.string()) for w in job.columns])
    return Slice(name, "", pa.array([], pa.int64()), schema.empty_table())


def _by_its_own_names(table: Table) -> dict[str, Any]:
    """Return the table's source as it reads when columns bear the file's names and sums are not checked."""
    source = {k: v for k, v in table.source.items() if k not in {"total_columns", "daily_from"}}
    if label := table.columns.get(str(source.get("total_label_column"))):
        source["total_label_column"] = label.source
    return source


def sample_of(place: Place, contract: Contract, table: Table) -> Sample:
    """Return columns and first rows of the newest file of ``table`` in ``place``, by the file's own names.

    Raises:
        SourceError: nothing to look at, or the file cannot be read as the contract says.

    """
    job = _Job(contract, table, _by_its_own_names(table))
    try:
        entries, waiting = choose(place.entries(job.source), job.source)
        if not entries:
            raise SourceError(
                table.id, "no file fits the contract's pattern",
                seen=f"pattern {job.source['pattern']}" + (f", {len(waiting)} still being uploaded" if waiting else ""),
                do="ask the owner whether the files were named otherwise or not sent yet",
            )  # fmt: skip
        found = _found(place, entries[-1], table)
        if found.digest() is None:
            raise SourceError(found.where, "the file is still being written", do="try again in some minutes")
        headers: list[str] = []
        notes = [*place.notes, f"{found.name}, {found.size:,} bytes; {len(entries)} file(s) fit the pattern"]
        for piece in job.readings(found)[0]:
            headers = piece.detail.get("extra_columns", headers)
            notes += [f"{k}: {piece.detail[k]}" for k in ("encoding", "sheet", "crs", "table") if k in piece.detail]
            if headers:
                break
        once = [h for h in dict.fromkeys(headers) if headers.count(h) == 1]
        notes += [f"the header {h} stands more than once" for h in dict.fromkeys(headers) if headers.count(h) > 1]
        seen = _Job(contract, table, job.source, [Wanted(h, h) for h in once])
        rows: list[dict[str, str | None]] = []
        count = 0
        for piece in seen.readings(found)[0]:
            for part in piece.slices:
                rows += part.rows.slice(0, SAMPLE_ROWS - len(rows)).to_pylist() if len(rows) < SAMPLE_ROWS else []
                count += len(part.rows)
        return Sample(once, None, rows, count, notes)
    finally:
        place.close()

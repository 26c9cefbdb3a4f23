r"""Dumps of Oracle views in a drop folder: INSERT statements as SQL Developer and SQL*Plus write them.

``source:`` says ``pattern`` (glob or list of globs, ``exclude`` likewise), ``view`` (the name in the INSERT, schema and
quotes do not count), ``encoding`` (utf-8, gbk, …), and ``columns`` (their order) where the INSERTs name none. A file is
plain, ``.gz``, or a ``.zip`` whose members fit ``members`` (``*.sql``). One file, one delivery; a file with other views too
serves several tables. A column's ``source`` is the view's column name.

Read are: doubled quotes, ``q'[…]'``, ``N'…'``, line ends inside texts, ``||``, ``CHR(n)``, ``TO_DATE``, ``TO_TIMESTAMP``,
``DATE '…'``, ``TIMESTAMP '…'``, ``TO_NUMBER``, ``TO_CLOB``, ``UNISTR``, ``INSERT ALL``, several rows after VALUES; ``''`` is
null, as in Oracle. Times are landed as ``YYYY-MM-DD HH:MM:SS`` whatever form the dump writes them in. A value that is
an expression of another kind (``SYSDATE``) is a fault of its row. A count in a comment (``-- V_X: 120 rows``,
``-- 共120行``, ``120 rows selected.``) must be the number of rows, and a file that ends inside a statement is refused.

Files are streamed: a statement may be long, a file may be longer than the memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from pipelines.connectors.base import SAMPLE_ROWS, Delivery, Refusal, Sample, Since, Slice, Waiting
from pipelines.connectors.dump.statements import Rows, Scanner
from pipelines.connectors.dump.stream import texts
from pipelines.connectors.dump.values import column
from pipelines.connectors.files.folder import Folder
from pipelines.connectors.files.places import Found, choose, in_window
from pipelines.errors import AnlanError, SourceError

if TYPE_CHECKING:
    from pipelines.contract import Contract, Table


def deliveries(
    contract: Contract, table: Table, connection: dict[str, Any], since: Since
) -> Iterator[Delivery | Refusal | Waiting]:
    """Yield one delivery or refusal per new file, by name; ``connection["path"]`` is the drop folder.

    ``part`` is the member or the view, ``numbers`` the line where the row's statement begins. What is wrong
    far inside a file is raised while its slices are read, and refuses the file. A back-fill takes the files
    whose name speaks of the window, landed before or not.

    Raises:
        SourceError: the folder does not exist or cannot be read. A single file never raises here.

    """
    place = Folder(table.id, connection["path"])
    entries, waiting = choose(place.entries(table.source), table.source)
    yield from waiting
    for entry in entries:
        if since.window and in_window(entry.name, since.window) is False:
            continue
        found = Found(entry, table.id, place.bring, place.look)
        if found.stamp in since.stamps and not since.window:
            continue
        try:
            digest = found.digest()
        except AnlanError as error:
            yield Refusal(found.name, found.sha256, error)
            continue
        if digest is None:
            yield found.waits()
        elif digest not in since.seen or since.window:
            detail = {"bytes": found.size, "view": _view(table), "stamp": found.stamp}
            delivery = Delivery("file", found.name, iter(()), detail, digest)
            delivery.slices = _slices(contract, table, found, delivery)
            yield delivery


def check(contract: Contract, table: Table, connection: dict[str, Any]) -> Sample:
    """Open the newest file and return the view's columns and first rows."""
    place = Folder(table.id, connection["path"])
    entries, _ = choose(place.entries(table.source), table.source)
    if not entries:
        return Sample(columns=[], notes=[f"no file fits {table.source.get('pattern')}"])
    found = Found(entries[-1], table.id, place.bring, place.look)
    if found.digest() is None:
        return Sample(columns=[], notes=[found.waits().en])
    for part, pieces in texts(found, table.source):
        scanner = Scanner(pieces, _view(table), table.source.get("columns"), f"{found.where}!{part}")
        for rows in scanner.batches(SAMPLE_ROWS):
            values = [column(list(tokens)).to_pylist() for tokens in zip(*rows.tokens, strict=True)]
            return Sample(
                columns=list(rows.columns),
                rows=[dict(zip(rows.columns, row, strict=True)) for row in zip(*values, strict=True)][:SAMPLE_ROWS],
                notes=[found.name],
            )
    return Sample(columns=[], notes=[f"{found.name}: no row of {_view(table)}"])


def _view(table: Table) -> str:
    return str(table.source["view"]).replace('"', "").rpartition(".")[2].upper()


def _slices(contract: Contract, table: Table, file: Found, delivery: Delivery) -> Iterator[Slice]:
    """Read the file; the delivery's count and check are filled in at its end."""
    where, view = file.where, _view(table)
    done, counted, mentioned = 0, None, False
    extra: set[str] = set()
    for part, pieces in texts(file, table.source):
        scanner = Scanner(pieces, view, table.source.get("columns"), f"{where}!{part}")
        for rows in scanner.batches():
            extra |= _compare(contract, table, rows.columns, where)
            done += len(rows.lines)
            yield _slice(table, file.name, part, rows)
        mentioned = mentioned or scanner.mentioned
        if scanner.count is not None:
            counted = (counted or 0) + scanner.count
    if not mentioned:
        raise SourceError(
            where,
            f"the dump holds no view {view}",
            "no INSERT into it and no remark about it; an empty view would at least be named",
            "ask the owner for the complete dump, or whether the view was renamed",
        )
    if counted is not None and counted != done:
        raise SourceError(
            where,
            f"the dump is not complete: the rows of {view} are not as many as it says",
            f"{counted} rows by its own count, {done} in the file",
            "ask the owner to write the dump again",
        )
    if file.has_changed():
        raise SourceError(where, "the file grew while it was read", "another size or time than before", "run again")
    delivery.source_rows = counted
    delivery.checks.append(
        {
            "rule": f"{contract.silo}.{table.name}.no_unknown_columns",
            "scope": "batch",
            "severity": "warning",
            "checked": len(table.columns) + len(extra),
            "failed": len(extra),
            "seen": ", ".join(sorted(extra)),
        }
    )


def _compare(contract: Contract, table: Table, columns: tuple[str, ...], where: str) -> set[str]:
    """Raise when a promised column is gone; return the columns nobody asked for."""
    expected = [c.source for c in table.columns.values()]
    known = {c.upper() for c in columns}
    missing = [name for name in expected if name.upper() not in known]
    if missing:
        raise SourceError(
            where,
            f"{_view(table)} has lost or renamed columns: {', '.join(missing)}",
            f"expected {', '.join(expected)}; seen {', '.join(columns)}",
            "ask the owner what changed, then change the contract and raise contract_version",
        )
    return known - {name.upper() for name in expected}


def _slice(table: Table, file: str, part: str, rows: Rows) -> Slice:
    places = {name.upper(): i for i, name in enumerate(rows.columns)}
    by_column = list(zip(*rows.tokens, strict=True))
    arrays = [column(list(by_column[places[c.source.upper()]])) for c in table.columns.values()]
    faults = pa.array(rows.faults, pa.string()) if any(rows.faults) else None
    return Slice(
        file=file,
        part=part,
        numbers=pa.array(rows.lines, pa.int64()),
        rows=pa.Table.from_arrays(arrays, schema=pa.schema([(name, pa.string()) for name in table.columns])),
        faults=faults,
    )

"""Delimited text with a header: strict decoding, rows of the wrong shape kept and named, line numbers right.

Text comes in blocks, so a file may be larger than the memory. A clean block goes through pyarrow in columns;
one with a row of the wrong shape, a blank line or a comment is read once more, record by record. A blank cell
is null. Line numbers are those an editor shows.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from pipelines.connectors.base import Slice
from pipelines.connectors.files import columns as cols
from pipelines.connectors.files.blocks import GUESSES, blocks, decoded
from pipelines.connectors.files.columns import Reading, Wanted
from pipelines.connectors.files.containers import Box
from pipelines.errors import SourceError

MAX_FIELD = 16 << 20  # characters of one cell; longer means a quote that never closes or a file of another kind
OPEN_QUOTE = "a quote is opened and never closed"
csv.field_size_limit(MAX_FIELD)


@dataclass
class _Form:
    """How the text is cut into cells."""

    delimiter: str
    quote: str
    comment: str | None
    pad: bool

    @classmethod
    def of(cls, source: dict[str, Any]) -> _Form:
        return cls(
            str(source.get("delimiter", ",")), str(source.get("quote", '"')), source.get("comment"),
            bool(source.get("pad")),
        )  # fmt: skip


@dataclass
class _Rows:
    """Some rows: one array per column of the file, their line numbers, their faults."""

    arrays: list[pa.Array]
    numbers: pa.Array
    faults: pa.Array | None = None


@dataclass
class _Head:
    """What stands above the data: the header's cells, notes of all its lines, where the data begins."""

    cells: list[str]
    notes: list[dict[str, Any]] = field(default_factory=list)
    row: int = 0
    lines: int = 0
    size: int = 0


def records(
    text: str, delimiter: str = ",", quote: str = '"', comment: str | None = None
) -> Iterator[tuple[int, list[str], str]]:
    """Yield first line, cells and a fault ('' if none) of every record; blank lines and comment lines are passed over.

    Line ends of any kind end a record outside quotes. A delimiter may have several characters.

    Raises:
        csv.Error: a cell is longer than ``MAX_FIELD``.

    """
    if len(delimiter) > 1:
        # the standard reader knows one character; the unit separator never occurs in such files
        text, delimiter = _single(_no_unit_separator(text, delimiter), delimiter, quote), "\x1f"
    yield from _split(_Lines(text, comment), delimiter, quote)


def _split(lines: _Lines, delimiter: str, quote: str) -> Iterator[tuple[int, list[str], str]]:
    reader = csv.reader(
        lines,
        delimiter=delimiter,
        quotechar=quote or None,
        quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE,
    )
    while True:
        lines.start = 0
        try:
            row = next(reader)
        except StopIteration:
            return
        if row:
            fault = OPEN_QUOTE if quote and lines.is_done and _is_open(lines.taken, delimiter, quote) else ""
            yield lines.start, row, fault
        lines.taken = []


def _no_unit_separator(text: str, delimiter: str) -> str:
    if "\x1f" in text:
        raise csv.Error(f"the file holds the unit separator, so delimiter {delimiter!r} cannot be told")
    return text


def _single(text: str, delimiter: str, quote: str) -> str:
    if not quote or quote not in text:
        return text.replace(delimiter, "\x1f")
    pieces = re.split(f"({re.escape(quote)}(?:[^{re.escape(quote)}]|{re.escape(quote)}{{2}})*{re.escape(quote)})", text)
    return "".join(p if i % 2 else p.replace(delimiter, "\x1f") for i, p in enumerate(pieces))


class _Lines:
    """Lines with their ends, counted; comment lines are passed over where a record begins."""

    def __init__(self, text: str, comment: str | None) -> None:
        self._lines = iter(io.StringIO(text, newline=""))
        self._comment = comment
        self.number = self.start = self.consumed = 0
        self.is_done = False
        self.taken: list[str] = []

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        while True:
            try:
                line = next(self._lines)
            except StopIteration:
                self.is_done = True
                raise
            self.number += 1
            self.consumed += len(line)
            if self.start == 0:
                if self._comment and line.startswith(self._comment):
                    continue
                self.start = self.number
            self.taken.append(line)
            return line


def _is_open(taken: list[str], delimiter: str, quote: str) -> bool:
    """Say whether the last record of a file ends inside quotes."""
    text = "".join(taken)
    inside = re.sub(
        f"(^|{re.escape(delimiter)}){re.escape(quote)}(?:[^{re.escape(quote)}]|{re.escape(quote)}{{2}})*{re.escape(quote)}",
        r"\1",
        text,
    )
    return bool(re.search(f"(?:^|{re.escape(delimiter)}){re.escape(quote)}", inside))


def read(
    box: Box, source: dict[str, Any], wanted: list[Wanted], where: str, file: str, part: str | None
) -> Iterator[Reading]:
    """Yield the records of one file as the contract's columns, block by block; the first tells of the header.

    Raises:
        SourceError: wrong encoding, no header, a missing or doubtful column, a cell or line without end.

    """
    encoding, form = str(source.get("encoding", "utf-8")), _Form.of(source)
    head: _Head | None = None
    found: dict[str, int] = {}
    line, at, left = 0, 0, b""
    with box.open() as stream:
        for block, is_last in blocks(stream, encoding, where):
            reading = Reading()
            data = left + block
            if head is None:
                head = _head(_text(data, encoding, where, 0, 1), source, form, where, is_last)
                found, extra = _placed(head, data, source, wanted, encoding, where)
                reading.non_data_rows = head.notes
                reading.checks = [cols.extra_columns(extra)]
                reading.detail = {"encoding": encoding, **({"extra_columns": extra} if extra else {})}
                data, line, at = data[head.size :], head.lines, head.size
            rows, taken = _rows(data, len(head.cells), form, where, encoding, line, at, is_last)
            left = data[taken:]
            line, at = line + _line_ends(data[:taken]), at + taken
            table, odd = cols.shape(wanted, found, rows.arrays, len(rows.numbers), file, part)
            faults = odd if rows.faults is None else rows.faults if odd is None else pc.coalesce(rows.faults, odd)
            reading.slices = [Slice(file, part or "", rows.numbers, table, faults)]
            yield reading


def _text(data: bytes, encoding: str, where: str, at: int, line: int) -> str:
    """Return a UTF-8 block as text; where the file itself is UTF-8 this is its first look at the bytes."""
    is_utf8 = encoding.lower().replace("_", "-").startswith(("utf-8", "utf8"))
    return decoded(data, encoding if is_utf8 else "utf-8", where, at, line)


def _line_ends(data: bytes) -> int:
    """Return how many lines end in ``data``, whatever ends them."""
    ends = data.count(b"\n")
    return ends + data.count(b"\r") - data.count(b"\r\n") if b"\r" in data else ends


def _head(text: str, source: dict[str, Any], form: _Form, where: str, is_whole: bool) -> _Head:
    """Read titles, header and format rows."""
    titles, after = int(source.get("skip_rows", 0)), int(source.get("rows_after_header", 0))
    delimiter, plain = form.delimiter, text
    notes: list[dict[str, Any]] = []
    head: _Head | None = None
    lines = _Lines("", None)
    try:
        if len(delimiter) > 1:
            text, delimiter = _single(_no_unit_separator(text, form.delimiter), form.delimiter, form.quote), "\x1f"
        lines = _Lines(text, form.comment)
        for line, cells, _ in _split(lines, delimiter, form.quote):
            if titles:
                titles -= 1
                notes.append(_note(line, "title", cells))
            elif head is None:
                head = _Head([c.strip() for c in cells], row=line)
                header = _note(line, "header", cells)
            else:
                after -= 1
                notes.append(_note(line, "format", cells))
            if head is not None and not after:
                break
    except csv.Error as e:
        raise _unsplit(where, lines.number, e) from e
    if head is None:
        raise SourceError(
            where, "the file has no header", seen="only titles" if plain.strip() else "no line with text",
            do="ask the owner to send the complete file",
        )  # fmt: skip
    head.notes = [*notes, header]
    head.lines = lines.number
    if len(form.delimiter) > 1:  # the text was rewritten: count lines in the original
        counter = _Lines(plain, None)
        for _ in range(lines.number):
            next(counter, None)
        head.size = len(plain[: counter.consumed].encode())
    else:
        head.size = len(text[: lines.consumed].encode())
    return head


def _placed(
    head: _Head, data: bytes, source: dict[str, Any], wanted: list[Wanted], encoding: str, where: str
) -> tuple[dict[str, int], list[str]]:
    try:
        return cols.places(wanted, head.cells, None, where, head.row)
    except SourceError as e:
        own = data.decode("utf-8", "replace").splitlines()[: head.row]
        others = [g for g in GUESSES if g != encoding and _would_fit(own, encoding, g, source, wanted)]
        if others:
            e.seen += (
                f"; read as {others[0]} the columns are there, so the encoding differs from the contract's {encoding}"
            )
        raise


def _would_fit(lines: list[str], encoding: str, other: str, source: dict[str, Any], wanted: list[Wanted]) -> bool:
    try:
        first = lines[int(source.get("skip_rows", 0))].encode(encoding).decode(other).lstrip("\ufeff")
    except (UnicodeError, LookupError, IndexError):
        return False
    texts = {cols.folded(h.strip('"')) for h in first.split(str(source.get("delimiter", ",")))}
    return all(cols.folded(c.source) in texts for c in wanted if not c.is_given)


def _note(row: int, kind: str, cells: list[str]) -> dict[str, Any]:
    return {
        "row": row,
        "part": "",
        "kind": kind,
        "text": " | ".join(c.strip() for c in cells if c.strip())[:500],
    }


def _unsplit(where: str, line: int, error: csv.Error) -> SourceError:
    return SourceError(
        where, "the text cannot be split into cells", seen=f"after line {line}: {error}",
        do="ask the owner for the file again; a quote may be left open",
    )  # fmt: skip


def _rows(
    data: bytes, width: int, form: _Form, where: str, encoding: str, line: int, at: int, is_last: bool
) -> tuple[_Rows, int]:
    """Return the rows of a block and how many of its bytes they took: a record may end only in the next block."""
    rows = _fast(data, width, form, line)
    if rows is not None:
        return rows, len(data)
    return _slow(_text(data, encoding, where, at, line + 1), width, form, where, line, is_last)


def _fast(block: bytes, width: int, form: _Form, line: int) -> _Rows | None:
    """Return the rows of UTF-8 bytes; None where only the slow way is right."""
    if len(form.delimiter) > 1 or form.comment or width < 2:
        return None
    block = block.rstrip(b"\r\n")
    if not block:
        return _Rows([pa.array([], pa.string())] * width, pa.array([], pa.int64()))
    ends = block.count(b"\n")
    if b"\r" in block:
        marks = np.frombuffer(block, dtype=np.uint8)
        at = np.flatnonzero(marks == 13)
        if at[-1] + 1 == len(marks) or (marks[at + 1] != 10).any():
            return None  # a lone carriage return ends a line for an editor, not for the fast reader
    quotes = block.count(form.quote.encode()) if form.quote else 0
    if quotes % 2:
        return None  # a quote that never closes here, or stands alone inside a cell
    names = [str(i) for i in range(width)]
    try:
        table = pacsv.read_csv(
            pa.BufferReader(pa.py_buffer(block)),
            # one thread: with line ends inside quotes the blocks follow each other anyway, at half the processor time
            read_options=pacsv.ReadOptions(column_names=names, block_size=8 << 20, use_threads=quotes == 0),
            parse_options=pacsv.ParseOptions(
                delimiter=form.delimiter, quote_char=form.quote or False, newlines_in_values=quotes > 0,
                ignore_empty_lines=False,
            ),
            convert_options=pacsv.ConvertOptions(
                column_types={n: pa.string() for n in names}, strings_can_be_null=True, null_values=[""],
                quoted_strings_can_be_null=True,
            ),
        )  # fmt: skip
    except pa.ArrowInvalid:  # a row of another width, or bytes that are no UTF-8: the slow way names it
        return None
    arrays = [_one(c) for c in table.columns]
    lines = np.arange(table.num_rows, dtype=np.int64) + line + 1
    if ends != table.num_rows - 1:  # some line ends lie inside quotes
        inner = np.zeros(table.num_rows, dtype=np.int64)
        for a in arrays:
            inner += pc.fill_null(pc.count_substring(a, "\n"), 0).to_numpy(zero_copy_only=False).astype(np.int64)
        if int(inner.sum()) + table.num_rows - 1 != ends:
            return None
        lines[1:] += np.cumsum(inner)[:-1]
    return _Rows(arrays, pa.array(lines))


def _one(column: pa.ChunkedArray) -> pa.Array:
    joined = column.combine_chunks()
    return joined if isinstance(joined, pa.Array) else pa.concat_arrays(joined.chunks)


def _slow(text: str, width: int, form: _Form, where: str, line: int, is_last: bool) -> tuple[_Rows, int]:
    numbers: list[int] = []
    rows: list[list[str | None]] = []
    faults: list[str | None] = []
    taken: int | None = None
    try:
        for first, cells, fault in records(text, form.delimiter, form.quote, form.comment):
            if fault == OPEN_QUOTE and not is_last:
                counter = _Lines(text, None)
                for _ in range(first - 1):
                    next(counter)
                taken = len(text[: counter.consumed].encode())
                break
            if len(cells) > width and not any(c.strip() for c in cells[width:]):
                cells = cells[:width]
            if not fault and len(cells) != width:
                fault = f"the row has {len(cells)} cells, the header has {width}"
            if len(cells) < width and form.pad:
                fault = fault if "quote" in fault else ""
            numbers.append(line + first)
            rows.append([c or None for c in cells[:width]] + [None] * (width - len(cells)))
            faults.append(fault or None)
    except csv.Error as e:
        raise _unsplit(where, numbers[-1] if numbers else line + 1, e) from e
    arrays = [pa.array([r[i] for r in rows], pa.string()) for i in range(width)]
    bad = pa.array(faults, pa.string()) if any(faults) else None
    return _Rows(arrays, pa.array(numbers, pa.int64()), bad), len(text.encode()) if taken is None else taken

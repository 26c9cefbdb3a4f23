"""Delimited text with a header: strict decoding, rows of the wrong shape kept and named, line numbers right.

Clean files go through pyarrow in columns; a file with a row of the wrong shape, a blank line or a comment is
read once more, record by record. A blank cell is null. Line numbers are those an editor shows.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from pipelines.connectors.base import Slice
from pipelines.connectors.files import codepages
from pipelines.connectors.files import columns as cols
from pipelines.connectors.files.columns import Reading, Wanted
from pipelines.errors import SourceError

MAX_FIELD = 16 << 20  # characters of one cell; longer means a quote that never closes or a file of another kind
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_GUESSES = ("utf-8-sig", "gb18030", "utf-16", "big5", "cp1252")
csv.field_size_limit(MAX_FIELD)


def decoded(data: bytes, encoding: str, where: str) -> str:
    """Return ``data`` as text, strictly in ``encoding``; a byte-order mark is taken off.

    Raises:
        SourceError: with the first byte that does not fit, and the encodings that would.

    """
    bom = next((name for mark, name in _BOMS if data.startswith(mark)), None)
    if bom and encoding.lower().replace("_", "-") in {"utf-8", "utf8", "utf-8-sig", "utf-16", "utf-16-le"}:
        encoding = bom if bom != "utf-8-sig" or encoding.lower().startswith("utf") else encoding
    try:
        return codepages.decode(data, encoding)
    except UnicodeDecodeError as e:
        line = data.count(b"\n", 0, e.start) + 1
        fits = [g for g in _GUESSES if _decodes(data, g)]
        raise SourceError(
            where, f"the file is not written in {encoding}, as the contract says",
            seen=f"byte {e.start} (line {line}) is {data[e.start : e.start + 4].hex(' ')}; "
            + (f"it can be read as {', '.join(fits)}" if fits else "it fits none of " + ", ".join(_GUESSES)),
            do="ask the owner to save it in the agreed encoding, or change the contract with a new version",
        ) from e  # fmt: skip
    except LookupError as e:
        raise SourceError(
            where, f"the contract names an unknown encoding {encoding!r}", do="correct the contract"
        ) from e


def _decodes(data: bytes, encoding: str) -> bool:
    if encoding == "utf-16" and not data.startswith(_BOMS[1][0]) and not data.startswith(_BOMS[2][0]):
        return False  # without its mark any even number of bytes would pass
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return "\x00" not in text


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
        if "\x1f" in text:
            raise csv.Error(f"the file holds the unit separator, so delimiter {delimiter!r} cannot be told")
        text, delimiter = _single(text, delimiter, quote), "\x1f"
    lines = _Lines(text, comment)
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
            fault = (
                "a quote is opened and never closed"
                if quote and lines.is_done and _is_open(lines.taken, delimiter, quote)
                else ""
            )
            yield lines.start, row, fault
        lines.taken = []


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
        self.number = self.start = 0
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


def read(data: bytes, source: dict[str, Any], wanted: list[Wanted], where: str, file: str, part: str | None) -> Reading:
    """Return the records of one file as the contract's columns.

    Raises:
        SourceError: wrong encoding, no header, a missing or doubtful column, a cell without end.

    """
    encoding = str(source.get("encoding", "utf-8"))
    whole = None
    if encoding.lower() in {"utf-8", "utf8", "utf-8-sig"} and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        # the fast reader checks every byte itself; only where it gives up do we decode to say why
        whole = _fast(data.removeprefix(b"\xef\xbb\xbf"), source)
    if whole is None:
        text = decoded(data, encoding, where)
        whole = _fast(text.encode("utf-8"), source) or _slow(text, source, where)
    headers, arrays, numbers, faults, notes = whole
    try:
        found, extra = cols.places(wanted, headers, None, where, notes[-1]["row"])
    except SourceError as e:
        others = [g for g in _GUESSES if g != encoding and _would_fit(data, g, source, wanted)]
        if others:
            e.seen += (
                f"; read as {others[0]} the columns are there, so the encoding differs from the contract's {encoding}"
            )
        raise
    table, odd = cols.shape(wanted, found, arrays, len(numbers), file, part)
    if odd is not None:
        faults = odd if faults is None else pc.coalesce(faults, odd)
    reading = Reading([Slice(file, part or "", numbers, table, faults)], notes, [cols.extra_columns(extra)])
    reading.detail = {"encoding": encoding}
    if extra:
        reading.detail["extra_columns"] = extra
    return reading


def _would_fit(data: bytes, encoding: str, source: dict[str, Any], wanted: list[Wanted]) -> bool:
    try:
        first = decoded(data, encoding, "").lstrip("\ufeff").splitlines()[int(source.get("skip_rows", 0))]
    except (SourceError, IndexError):
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


def _fast(
    block: bytes, source: dict[str, Any]
) -> tuple[list[str], list[pa.Array], pa.Array, None, list[dict[str, Any]]] | None:
    """Return header, columns, line numbers, no faults and notes of UTF-8 bytes; None where only the slow way is right."""
    delimiter, quote = str(source.get("delimiter", ",")), str(source.get("quote", '"'))
    if len(delimiter) > 1 or source.get("comment") or source.get("skip_rows") or source.get("rows_after_header"):
        return None
    block = block.rstrip(b"\r\n")
    ends = block.count(b"\n")
    if b"\r" in block:
        marks = np.frombuffer(block, dtype=np.uint8)
        at = np.flatnonzero(marks == 13)
        if at[-1] + 1 == len(marks) or (marks[at + 1] != 10).any():
            return None  # a lone carriage return ends a line for an editor, not for the fast reader
    quotes = block.count(quote.encode()) if quote else 0
    if quotes % 2:
        return None  # a quote that never closes, or stands alone inside a cell
    header = next(records(block[: 1 << 20].decode("utf-8", "replace"), delimiter, quote), None)
    if header is None or header[0] != 1 or len(header[1]) < 2 or header[2]:
        return None
    skip = "".join(header[1]).count("\n") + 1
    names = [str(i) for i in range(len(header[1]))]
    try:
        table = pacsv.read_csv(
            pa.BufferReader(pa.py_buffer(block)),
            # one thread: with line ends inside quotes the blocks follow each other anyway, at half the processor time
            read_options=pacsv.ReadOptions(
                column_names=names, skip_rows_after_names=1, block_size=8 << 20, use_threads=quotes == 0
            ),
            parse_options=pacsv.ParseOptions(
                delimiter=delimiter, quote_char=quote or False, newlines_in_values=quotes > 0, ignore_empty_lines=False,
            ),
            convert_options=pacsv.ConvertOptions(
                column_types={n: pa.string() for n in names}, strings_can_be_null=True, null_values=[""],
                quoted_strings_can_be_null=True,
            ),
        )  # fmt: skip
    except pa.ArrowInvalid:  # a row of another width, or bytes that are no UTF-8: the slow way names it
        return None
    arrays = [c.combine_chunks() for c in table.columns]
    lines = np.arange(table.num_rows, dtype=np.int64) + skip + 1
    if ends != table.num_rows + skip - 1:  # some line ends lie inside quotes
        inner = np.zeros(table.num_rows, dtype=np.int64)
        for a in arrays:
            inner += pc.fill_null(pc.count_substring(a, "\n"), 0).to_numpy(zero_copy_only=False).astype(np.int64)
        if int(inner.sum()) + table.num_rows + skip - 1 != ends:
            return None
        lines[1:] += np.cumsum(inner)[:-1]
    return header[1], arrays, pa.array(lines), None, [_note(1, "header", header[1])]


def _slow(
    text: str, source: dict[str, Any], where: str
) -> tuple[list[str], list[pa.Array], pa.Array, pa.Array | None, list[dict[str, Any]]]:
    delimiter, quote = str(source.get("delimiter", ",")), str(source.get("quote", '"'))
    notes: list[dict[str, Any]] = []
    numbers: list[int] = []
    rows: list[list[str | None]] = []
    faults: list[str | None] = []
    headers: list[str] | None = None
    titles, after = int(source.get("skip_rows", 0)), int(source.get("rows_after_header", 0))
    try:
        for line, cells, fault in records(text, delimiter, quote, source.get("comment")):
            if titles:
                titles -= 1
                notes.append(_note(line, "title", cells))
            elif headers is None:
                headers = [c.strip() for c in cells]
                notes.append(_note(line, "header", cells))
                header_note = notes[-1]
            elif after:
                after -= 1
                notes.insert(0, _note(line, "format", cells))
            else:
                width = len(headers)
                if len(cells) > width and not any(c.strip() for c in cells[width:]):
                    cells = cells[:width]
                if not fault and len(cells) != width:
                    fault = f"the row has {len(cells)} cells, the header has {width}"
                if len(cells) < width and source.get("pad"):
                    fault = fault if "quote" in fault else ""
                numbers.append(line)
                rows.append([c or None for c in cells[:width]] + [None] * (width - len(cells)))
                faults.append(fault or None)
    except csv.Error as e:
        raise SourceError(
            where, "the text cannot be split into cells", seen=f"after line {numbers[-1] if numbers else 1}: {e}",
            do="ask the owner for the file again; a quote may be left open",
        ) from e  # fmt: skip
    if headers is None:
        raise SourceError(
            where, "the file has no header", seen="no line with text" if not text.strip() else "only titles",
            do="ask the owner to send the complete file",
        )  # fmt: skip
    notes.remove(header_note)
    notes.append(header_note)
    arrays = [pa.array([r[i] for r in rows], pa.string()) for i in range(len(headers))]
    bad = pa.array(faults, pa.string()) if any(faults) else None
    return headers, arrays, pa.array(numbers, pa.int64()), bad, notes

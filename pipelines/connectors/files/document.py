"""Tables of Word documents (docx), such as plans and resolutions: one table becomes the contract's columns.

``source:`` beside what a workbook knows (``skip_rows``, ``header_rows``, ``total_label`` …):

* ``heading``: words of the heading or line above the table; ``table``: its place in the document, from 1; neither:
  the table whose header has the contract's columns;
* ``tables: all``: every table that fits is read (a document with one table per village), each a part ``table 2``.

A cell's text is what a reader sees: insertions accepted, deletions left out, paragraphs joined by a line end.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from pipelines.connectors.files import columns as cols
from pipelines.connectors.files import grids
from pipelines.connectors.files.columns import Reading, Wanted
from pipelines.connectors.files.containers import Box, check_office
from pipelines.connectors.files.grids import Grid
from pipelines.errors import SourceError

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_GONE = {f"{_W}del", f"{_W}moveFrom"}
_BREAKS = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n"}


@dataclass
class _Found:
    """One table of a document: its place from 1, the texts above it, its cells."""

    place: int
    heading: str
    above: str
    grid: Grid


def read(
    box: Box, source: dict[str, Any], wanted: list[Wanted], where: str, file: str, part: str | None
) -> Iterator[Reading]:
    """Yield the rows of the table (or, with ``tables: all``, of every table) that the contract means.

    Raises:
        SourceError: no readable document, no table that fits or several, a missing or doubtful column.

    """
    tables = _tables(box.data(), where)
    chosen = _choose(tables, source, wanted, where)
    extra: list[str] = []
    for n, table in enumerate(chosen):
        name = f"table {table.place}"
        reading = grids.read(
            table.grid, source, wanted, f"{where}!{name}", file, part, f"{part}/{name}" if part else name
        )
        extra = reading.detail.get("extra_columns", extra)
        if n == 0:
            reading.detail |= {
                "table": ", ".join(str(t.place) for t in chosen), "tables_in_document": len(tables),
                "heading": table.heading or table.above,
            }  # fmt: skip
        yield reading


def _tables(data: bytes, where: str) -> list[_Found]:
    """Return all tables of a document's body in their order."""
    if not data:
        raise SourceError(where, "the file is empty", seen="0 bytes", do="ask the owner to send it again")
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        locked = "EncryptedPackage".encode("utf-16-le") in data
        raise SourceError(
            where, "the document is protected by a password" if locked else "the document is an old .doc",
            seen="an OLE container", do="ask the owner to save it as .docx without a password and send that",
        )  # fmt: skip
    try:
        check_office(where, data)
        import docx

        body = docx.Document(io.BytesIO(data)).element.body
    except SourceError:
        raise
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, SyntaxError) as e:
        raise SourceError(
            where, "the file is no readable document", seen=f"begins with {data[:4]!r}; {type(e).__name__}: {e}"[:300],
            do="ask the owner to open it, save it as .docx and send it again",
        ) from e  # fmt: skip
    found: list[_Found] = []
    heading = above = ""
    for element in _blocks(body):
        if element.tag == f"{_W}p":
            text = _text(element).strip()
            if text:
                above = text
                if _is_heading(element):
                    heading = text
        else:
            found.append(_Found(len(found) + 1, heading, above, _grid(element)))
    return found


def _blocks(parent: Any) -> Iterator[Any]:
    for child in parent:
        if child.tag in {f"{_W}p", f"{_W}tbl"}:
            yield child
        elif child.tag in {f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}customXml"}:
            yield from _blocks(child)


def _is_heading(paragraph: Any) -> bool:
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    level = paragraph.find(f"{_W}pPr/{_W}outlineLvl")
    name = (style.get(f"{_W}val") or "") if style is not None else ""
    return level is not None or name.lower().startswith("heading") or name in {"Title", *"123456789"}


def _text(paragraph: Any) -> str:
    """Return a paragraph as its reader sees it."""
    parts = []
    for e in paragraph.iter(f"{_W}t", *_BREAKS):
        if any(a.tag in _GONE for a in e.iterancestors()):
            continue
        if e.tag == f"{_W}t":
            parts.append(e.text or "")
        elif e.getparent().tag != f"{_W}tabs":
            parts.append(_BREAKS[e.tag])
    return "".join(parts)


def _rows(table: Any) -> Iterator[Any]:
    for child in table:
        if child.tag == f"{_W}tr":
            if child.find(f"{_W}trPr/{_W}del") is None:
                yield child
        elif child.tag in {f"{_W}sdt", f"{_W}sdtContent", f"{_W}customXml"}:
            yield from _rows(child)


def _cells(row: Any) -> Iterator[Any]:
    for child in row:
        if child.tag == f"{_W}tc":
            yield child
        elif child.tag in {f"{_W}sdt", f"{_W}sdtContent", f"{_W}customXml"}:
            yield from _cells(child)


def _number(parent: Any, path: str, default: int) -> int:
    found = parent.find(path)
    text = found.get(f"{_W}val") if found is not None else None
    return int(text) if text and text.isdigit() else default


def _grid(table: Any) -> Grid:
    """Return a table's cells; a merged cell's text stands once, at its first place, and its range is noted."""
    rows: list[dict[int, str]] = []
    merged: list[list[int]] = []
    open_down: dict[int, list[int]] = {}  # column -> the range that may go on downwards
    for r, row in enumerate(_rows(table)):
        at = _number(row, f"{_W}trPr/{_W}gridBefore", 0)
        cells: dict[int, str] = {}
        still: dict[int, list[int]] = {}
        for cell in _cells(row):
            span = min(max(1, _number(cell, f"{_W}tcPr/{_W}gridSpan", 1)), 512)
            down = cell.find(f"{_W}tcPr/{_W}vMerge")
            goes_on = down is not None and down.get(f"{_W}val") != "restart"
            if goes_on and at in open_down:
                place = open_down[at]
                place[2] = r
                still[at] = place
            else:
                text = "\n".join(_text(p) for p in _blocks(cell) if p.tag == f"{_W}p").strip("\n")
                cells[at] = text
                place = [r, at, r, at + span - 1]
                if span > 1 or down is not None:
                    merged.append(place)
                if down is not None:
                    still[at] = place
            at += span
        open_down = still
        rows.append(cells)
    width = max((max(c, default=-1) for c in rows), default=-1) + 1
    width = max([width, *(m[3] + 1 for m in merged)])
    columns = [pa.array([row.get(c) or None for row in rows], pa.string()) for c in range(width)]
    ranges = [tuple(m) for m in merged if m[0] != m[2] or m[1] != m[3]]
    return Grid("", "visible", columns, len(rows), ranges)


def _choose(tables: list[_Found], source: dict[str, Any], wanted: list[Wanted], where: str) -> list[_Found]:
    asked, heading = source.get("table"), source.get("heading")
    fit = tables
    if heading is not None:
        fit = [t for t in fit if any(cols.folded(heading) in cols.folded(x) for x in (t.above, t.heading))]
    if asked is not None:
        fit = [t for t in fit if t.place == int(asked)]
    by_header = [t for t in fit if _has_columns(t, source, wanted)]
    if by_header or (asked is None and heading is None):
        fit = by_header
    if source.get("tables") == "all" and fit:
        return fit
    if len(fit) == 1 or (fit and not wanted):
        return fit[:1]
    seen = "; ".join(f"table {t.place} below {(t.above or t.heading)[:30]!r}: {_first_row(t)}" for t in tables[:8])
    if fit:
        raise SourceError(
            where, "several tables of the document fit", seen=seen,
            do="name heading or table in the contract, or tables: all where each is meant",
        )  # fmt: skip
    raise SourceError(
        where, "the document has no table with the promised columns", seen=seen or "no table at all",
        do="ask the owner whether the layout changed; then correct the file, or the contract with a new version",
    )  # fmt: skip


def _has_columns(table: _Found, source: dict[str, Any], wanted: list[Wanted]) -> bool:
    depth = int(source.get("header_rows", 1))
    lower, full = grids.headers_of(table.grid, int(source.get("skip_rows", 0)), depth)
    known = {cols.folded(h) for h in (*lower, *full)}
    return all(cols.folded(c.source) in known for c in wanted if not c.is_given and not c.is_optional)


def _first_row(table: _Found) -> str:
    return " | ".join(v.strip()[:20] for v in table.grid.row(0) if v)[:120] if table.grid.height else "no rows"

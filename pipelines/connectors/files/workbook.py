"""Workbooks (xlsx, xlsm, xls): one sheet with a header becomes the contract's columns.

Cells come as the text a reader of the sheet would write down: dates as ISO text, times of day as
``hh:mm:ss``, numbers with up to 15 significant digits and no trailing zeros, error values as ``#DIV/0!``.
Row numbers are the sheet's own. Hidden sheets and columns are read like the others and named in the detail.
"""

from __future__ import annotations

import io
import logging
import re
import tempfile
import zipfile
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import fastexcel
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.connectors.base import Slice
from pipelines.connectors.files import columns as cols
from pipelines.connectors.files.columns import Reading, Wanted
from pipelines.connectors.files.folder import check_zip
from pipelines.errors import SourceError

# a chart sheet is no fault: it lands as a sheet without rows
logging.getLogger("calamine").setLevel(logging.ERROR)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STAMP = r"^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]+)?$"
_LONG = r"^-?[0-9]*[.][0-9]{9}$"
_ERRORS = {"Div0": "#DIV/0!", "NA": "#N/A", "Name": "#NAME?", "Null": "#NULL!", "Num": "#NUM!", "Ref": "#REF!",
           "Value": "#VALUE!", "GettingData": "#GETTING_DATA"}  # fmt: skip
_PLAIN = re.compile(r"^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$")
_ABOUT = re.compile(r"^(?:约|大约|近|~)?(\d+)(?:[-~至](\d+))?[人名]?$")
_FOOTNOTE = re.compile(
    r"^[（(【\[]?\s*(注|备注|说明|填表|制表|审核|单位负责|填报|打印|数据来源|Note|Source)", re.IGNORECASE
)


@dataclass
class Grid:
    """One sheet: string arrays per column from column A, all of ``height`` rows from row 1."""

    name: str
    state: str
    columns: list[pa.Array]
    height: int
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)

    def row(self, position: int) -> list[str | None]:
        """Return the cells of one row."""
        return [c[position].as_py() for c in self.columns]


def open_book(data: bytes, where: str) -> fastexcel.ExcelReader:
    """Return the workbook in ``data``.

    Raises:
        SourceError: it has a password, is cut off, is no workbook, or unpacks too far.

    """
    if not data:
        raise SourceError(where, "the file is empty", seen="0 bytes", do="ask the owner to send it again")
    if data.startswith(b"PK"):
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as z:
                check_zip(where, z.infolist(), len(data))
        except zipfile.BadZipFile as e:
            raise SourceError(
                where, "the workbook is cut off or damaged", seen=f"{len(data):,} bytes, {e}",
                do="ask the owner to save and send it again",
            ) from e  # fmt: skip
    try:
        return fastexcel.read_excel(data)
    except Exception as e:  # the reader's own errors share no useful class; each becomes a refusal by name
        fault = _fault(data, e)
        if "password" in fault.lower() or (data.startswith(OLE) and "EncryptedPackage".encode("utf-16-le") in data):
            raise SourceError(
                where,
                "the workbook is protected by a password",
                seen=fault,
                do="ask the owner to save a copy without a password and send that",
            ) from e
        raise SourceError(
            where,
            "the file is no readable workbook",
            seen=f"begins with {data[:8]!r}; {fault}",
            do="ask the owner to save it as .xlsx and send it again",
        ) from e


def _fault(data: bytes, error: Exception) -> str:
    """Return the reader's words; an old workbook says why it is locked only when it is opened as a file."""
    if data.startswith(OLE):
        with tempfile.NamedTemporaryFile(suffix=".xls") as f:
            f.write(data)
            f.flush()
            try:
                fastexcel.read_excel(f.name)
            except Exception as e:  # as in open_book
                error = e
    return str(error).split("\n")[0]


def grid(book: fastexcel.ExcelReader, name: str, where: str) -> Grid:
    """Return one sheet as text. A chart sheet has no cells and gives an empty grid."""
    try:
        sheet = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
        batch, faults = sheet.to_arrow_with_errors()
    except Exception as e:  # as in open_book
        if "not a valid worksheet" in str(e):
            return Grid(name, "chart", [], 0)
        raise SourceError(
            where,
            f"sheet {name!r} cannot be read",
            seen=str(e).split("\n")[0],
            do="ask the owner to save it again as .xlsx",
        ) from e
    columns = [_as_written(book, name, i, a) for i, a in enumerate(batch.columns)]
    for i in {e.offset_position[1] for e in faults.errors} if faults else ():
        values = columns[i].to_pylist()
        for e in faults.errors:
            if e.offset_position[1] == i and e.offset_position[0] < len(values):
                kind = re.search(r"Error\((\w+)\)", e.detail)
                values[e.offset_position[0]] = _ERRORS.get(kind.group(1), "#ERROR!") if kind else "#ERROR!"
        columns[i] = pa.array(values, pa.string())
    return Grid(name, str(sheet.visible), columns, batch.num_rows)


def _as_written(book: fastexcel.ExcelReader, sheet: str, position: int, column: pa.Array) -> pa.Array:
    if pa.types.is_null(column.type):
        return column.cast(pa.string())
    column = column.cast(pa.string())
    if pc.any(pc.match_substring_regex(column, _STAMP)).as_py():
        column = pc.replace_substring_regex(
            column, r"^(1899-12-31|1899-12-30|1904-01-01) ([0-9]{2}:[0-9]{2}:[0-9.]+)$", r"\2"
        )
        column = pc.replace_substring_regex(column, r"^([0-9]{4}-[0-9]{2}-[0-9]{2}) 00:00:00$", r"\1")
    if pc.any(pc.match_substring_regex(column, _LONG)).as_py():
        # the text form stops at nine decimals: such cells are read again as numbers
        exact = book.load_sheet(
            sheet, header_row=None, skip_rows=0, use_columns=[position], dtypes={position: "float"}
        ).to_arrow().column(0)  # fmt: skip
        column = pa.array(
            [_number(t, f) for t, f in zip(column.to_pylist(), exact.to_pylist(), strict=True)], pa.string()
        )
    return column


def _number(text: str | None, exact: float | None) -> str | None:
    if text is None or exact is None or not _PLAIN.match(text) or float(text) == exact:
        return text
    return format(Decimal(format(exact, ".15g")).normalize(), "f")


def layout(data: bytes, sheet: str, target: Grid) -> None:
    """Note merged ranges and hidden columns of an xlsx sheet; older formats do not tell."""
    if not data.startswith(b"PK"):
        return
    with zipfile.ZipFile(io.BytesIO(data)) as z:
        names = set(z.namelist())
        try:
            book = z.read("xl/workbook.xml").decode("utf-8", "replace")
            rels = z.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
        except KeyError:
            return
        targets = {}
        for tag in re.findall(r"<(?:\w+:)?Relationship [^>]*>", rels):
            rid, to = re.search(r'Id="([^"]+)"', tag), re.search(r'Target="([^"]+)"', tag)
            if rid and to:
                targets[rid.group(1)] = to.group(1)
        for tag in re.findall(r"<(?:\w+:)?sheet [^>]*>", book):
            name, rid = re.search(r'name="([^"]*)"', tag), re.search(r'r:id="([^"]+)"', tag)
            if name and rid and _unescape(name.group(1)) == sheet:
                path = targets.get(rid.group(1), "").lstrip("/")
                path = path if path.startswith("xl/") else "xl/" + path
                if path in names:
                    xml = z.read(path)
                    target.merged = [
                        _range(m.decode()) for m in re.findall(rb'<(?:\w+:)?mergeCell ref="([A-Z0-9:]+)"', xml)
                    ]
                    for tag_ in re.findall(rb"<(?:\w+:)?col [^>]*hidden=\"(?:1|true)\"[^>]*>", xml):
                        low, high = re.search(rb'min="(\d+)"', tag_), re.search(rb'max="(\d+)"', tag_)
                        if low and high:
                            last = min(int(high.group(1)), len(target.columns))
                            target.hidden_columns += range(int(low.group(1)), last + 1)
                return


def _unescape(text: str) -> str:
    for entity, char in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        text = text.replace(entity, char)
    return text


def _range(ref: str) -> tuple[int, int, int, int]:
    """Return first row, first column, last row, last column of ``A1:B2``, counted from 0."""
    ends = []
    for corner in ref.split(":"):
        letters, digits = re.match(r"([A-Z]+)(\d+)", corner).groups()
        number = 0
        for letter in letters:
            number = number * 26 + ord(letter) - 64
        ends += [int(digits) - 1, number - 1]
    return (*ends, *ends)[:4] if len(ends) == 2 else tuple(ends)


def _headers(g: Grid, first: int, count: int) -> tuple[list[str], list[str]]:
    """Return lower header texts and ``upper/lower`` texts of ``count`` header rows from row ``first`` (from 0)."""
    levels = []
    for r in range(first, first + count):
        row = [(v or "").strip() for v in g.row(r)] if r < g.height else []
        if r < first + count - 1:  # an upper text covers the blanks to its right, as a merged cell does
            covered = {
                (r, c): row[c0] for r0, c0, r1, c1 in g.merged if r0 <= r <= r1 for c in range(c0, c1 + 1) if r0 == r
            }
            known = row
            row, last = [], ""
            for c, v in enumerate(known):
                v = v or covered.get((r, c), "")
                last = v or ("" if g.merged else last)
                row.append(last)
        levels.append(row)
    lower, full = [], []
    for c in range(len(g.columns)):
        texts = [level[c] for level in levels if c < len(level) and level[c]]
        own = levels[-1][c] if c < len(levels[-1]) else ""
        lower.append(own or (texts[-1] if texts else ""))
        full.append("/".join(dict.fromkeys(texts)))
    return lower, full


def _fill_merged(g: Grid, first: int) -> int:
    """Give every row of a vertically merged data cell the value written once; return how many cells were filled."""
    filled = 0
    by_column: dict[int, list[tuple[int, int]]] = {}
    for r0, c0, r1, c1 in g.merged:
        if c0 == c1 and r0 >= first and r1 > r0 and c0 < len(g.columns):
            by_column.setdefault(c0, []).append((r0, r1))
    for c, spans in by_column.items():
        values = g.columns[c].to_pylist()
        for r0, r1 in spans:
            for r in range(r0 + 1, min(r1 + 1, len(values))):
                if values[r] is None:
                    values[r] = values[r0]
                    filled += 1
        g.columns[c] = pa.array(values, pa.string())
    return filled


def _pick(book: fastexcel.ExcelReader, source: dict[str, Any], where: str) -> str:
    names = list(book.sheet_names)
    asked = source.get("sheet")
    if asked is None:
        return names[0]
    for name in names:
        if name == asked or cols.folded(name) == cols.folded(asked):
            return name
    raise SourceError(
        where, f"sheet {asked!r} is missing", seen=f"sheets: {', '.join(names)}",
        do="ask the owner whether the sheet was renamed; then correct the file, or the contract with a new version",
    )  # fmt: skip


def read(data: bytes, source: dict[str, Any], wanted: list[Wanted], where: str, file: str, part: str | None) -> Reading:
    """Return the rows of one sheet as the contract's columns.

    Raises:
        SourceError: unreadable workbook, missing sheet, missing or doubtful column.

    """
    book = open_book(data, where)
    name = _pick(book, source, where)
    where = f"{where}!{name}"
    g = grid(book, name, where)
    layout(data, name, g)
    top, depth = int(source.get("skip_rows", 0)), int(source.get("header_rows", 1))
    headers, full = _headers(g, top, depth)
    found, extra = cols.places(wanted, headers, full if depth > 1 else None, where, top + depth)
    first = top + depth + int(source.get("rows_after_header", 0))
    filled = _fill_merged(g, first)

    used = np.zeros(g.height, dtype=np.int64)
    for c in g.columns:
        blank = pc.equal(pc.utf8_trim_whitespace(pc.fill_null(c, "")), "")
        used += ~np.asarray(blank.to_numpy(zero_copy_only=False), dtype=bool)
    rows = np.flatnonzero(used)
    reading = Reading()
    for r in rows[rows < first]:
        kind = "title" if r < top else "header"
        reading.non_data_rows.append(_note(g, int(r), kind))
    rows = rows[rows >= first]
    rows, total_at = _split_total(g, rows, source, wanted, found, reading)
    rows = _split_footnotes(g, rows, used, reading, total_at)

    picked = cols.kept(g.columns, rows)
    table, faults = cols.shape(wanted, found, picked, len(rows), file, part, name)
    place = f"{part}/{name}" if part and len(book.sheet_names) > 1 else part or name
    reading.slices = [Slice(file, place, pa.array(rows + 1, pa.int64()), table, faults)]
    reading.checks.append(cols.extra_columns(extra))
    if source.get("total_label"):
        reading.checks.append(_total_check(g, total_at, table, source, wanted, found))
    reading.detail = {"sheet": name, "sheet_state": g.state}
    if extra:
        reading.detail["extra_columns"] = extra
    if g.hidden_columns:
        reading.detail["hidden_columns"] = [
            headers[i - 1] or f"column {i}" for i in g.hidden_columns if i <= len(headers)
        ]
    if filled:
        reading.detail["merged_cells_filled"] = filled
    return reading


def _note(g: Grid, row: int, kind: str) -> dict[str, Any]:
    text = " | ".join(v.strip() for v in g.row(row) if v and v.strip())
    return {"row": row + 1, "part": g.name, "kind": kind, "text": text[:500]}


def _split_total(
    g: Grid,
    rows: np.ndarray,
    source: dict[str, Any],
    wanted: list[Wanted],
    found: dict[str, int],
    reading: Reading,
) -> tuple[np.ndarray, int | None]:
    label = source.get("total_label")
    if not label:
        return rows, None
    named = next((c for c in wanted if c.name == source.get("total_label_column")), None)
    at = found.get(named.source) if named else None
    for r in rows[::-1]:
        cells = g.row(int(r))
        head = next((v for v in cells if v and v.strip()), "")
        own = cells[at] if at is not None else None
        if any(cols.folded(v).rstrip(":") == cols.folded(label) for v in (own, head) if v):
            reading.non_data_rows.append(_note(g, int(r), "total"))
            return rows[rows != r], int(r)
    return rows, None


def _split_footnotes(g: Grid, rows: np.ndarray, used: np.ndarray, reading: Reading, total_at: int | None) -> np.ndarray:
    """Take the lone texts below the data away: rows of one cell after the total, or that begin like a note."""
    last = len(rows)
    while last and len(g.columns) > 2 and used[rows[last - 1]] == 1:
        r = int(rows[last - 1])
        text = next(v for v in g.row(r) if v and v.strip()).strip()
        if not ((total_at is not None and r > total_at) or _FOOTNOTE.match(text)):
            break
        reading.non_data_rows.append(_note(g, r, "footnote"))
        last -= 1
    reading.non_data_rows.sort(key=lambda n: n["row"])
    return rows[:last]


def _amount(text: str | None, *, about: bool) -> Decimal:
    plain = (text or "").replace(",", "").replace(" ", "").strip()
    if _PLAIN.match(plain):
        return Decimal(plain)
    between = _ABOUT.match(plain) if about else None
    if not between:
        return Decimal(0)
    low = Decimal(between.group(1))
    return (low + Decimal(between.group(2))) // 2 if between.group(2) else low


def _total_check(
    g: Grid,
    total_at: int | None,
    table: pa.Table,
    source: dict[str, Any],
    wanted: list[Wanted],
    found: dict[str, int],
) -> dict[str, Any]:
    """Return the check that the total row is there and says the sum.

    A spreadsheet's own sum passes over text such as 约200人; a clerk's sum counts it. Either is right.
    """
    names = list(source.get("total_columns", ()))
    check: dict[str, Any] = {
        "rule": "total_row_equals_sum",
        "scope": "batch",
        "severity": "critical",
        "checked": max(1, len(names)),
        "failed": 0,
        "seen": "",
        "reason_zh": "合计行与各行之和不符，或没有合计行",
        "reason_en": "the total row is missing or is not the sum of the rows",
    }
    if total_at is None:
        return {
            **check,
            "failed": check["checked"],
            "seen": f"no row {source['total_label']}: rows may be missing at the end",
        }
    seen = []
    for name in names:
        column = next(c for c in wanted if c.name == name)
        text = g.columns[found[column.source]][total_at].as_py()
        cells = table[name].to_pylist()
        sums = {sum((_amount(v, about=about) for v in cells), Decimal(0)) for about in (False, True)}
        said = (text or "").replace(",", "").strip()
        if not _PLAIN.match(said) or not any(abs(Decimal(said) - s) <= Decimal("0.005") for s in sums):
            check["failed"] += 1
            seen.append(
                f"{name}: total row {total_at + 1} says {text!r}, the rows sum to {' or '.join(str(s) for s in sorted(sums))}"
            )
    return {**check, "seen": "; ".join(seen)}

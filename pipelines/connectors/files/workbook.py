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
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import fastexcel
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.connectors.files import columns as cols
from pipelines.connectors.files import grids
from pipelines.connectors.files.columns import Reading, Wanted
from pipelines.connectors.files.containers import Box, check_office
from pipelines.connectors.files.grids import PLAIN, Grid
from pipelines.errors import SourceError

# a chart sheet is no fault: it lands as a sheet without rows
logging.getLogger("calamine").setLevel(logging.ERROR)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STAMP = r"^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]+)?$"
_LONG = r"^-?[0-9]*[.][0-9]{9}$"
_ERRORS = {"Div0": "#DIV/0!", "NA": "#N/A", "Name": "#NAME?", "Null": "#NULL!", "Num": "#NUM!", "Ref": "#REF!",
           "Value": "#VALUE!", "GettingData": "#GETTING_DATA"}  # fmt: skip


def open_book(data: bytes, where: str) -> fastexcel.ExcelReader:
    """Return the workbook in ``data``.

    Raises:
        SourceError: it has a password, is cut off, is no workbook, or unpacks too far.

    """
    if not data:
        raise SourceError(where, "the file is empty", seen="0 bytes", do="ask the owner to send it again")
    if data.startswith(b"PK"):
        try:
            check_office(where, data)
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
    if text is None or exact is None or not PLAIN.match(text) or float(text) == exact:
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


def read(
    box: Box, source: dict[str, Any], wanted: list[Wanted], where: str, file: str, part: str | None
) -> Iterator[Reading]:
    """Yield the rows of one sheet as the contract's columns.

    Raises:
        SourceError: unreadable workbook, missing sheet, missing or doubtful column.

    """
    data = box.data()
    book = open_book(data, where)
    name = _pick(book, source, where)
    where = f"{where}!{name}"
    g = grid(book, name, where)
    layout(data, name, g)
    place = f"{part}/{name}" if part and len(book.sheet_names) > 1 else part or name
    reading = grids.read(g, source, wanted, where, file, part, place)
    reading.detail = {"sheet": name, "sheet_state": g.state, **reading.detail}
    if links := external_links(data):
        reading.detail["external_links"] = links
        reading.checks.append(links_check(links))
    yield reading


def external_links(data: bytes) -> list[str]:
    """Return the other files that an xlsx takes values from. They are never opened: the values are those last saved."""
    if not data.startswith(b"PK"):
        return []
    with zipfile.ZipFile(io.BytesIO(data)) as z:
        found = []
        for name in z.namelist():
            if re.fullmatch(r"xl/externalLinks/_rels/[^/]+\.rels", name):
                found += re.findall(rb'Target="([^"]*)"', z.read(name))
    return sorted({f.decode("utf-8", "replace").replace("\\", "/").rsplit("/", 1)[-1][:120] for f in found})


def links_check(links: list[str]) -> dict[str, Any]:
    """Return the check that a workbook takes no values from files we do not have."""
    return {
        "rule": "no_external_links", "scope": "batch", "severity": "warning", "checked": 1, "failed": 1,
        "seen": f"{len(links)} other file(s): {', '.join(links)}"[:500],
        "reason_zh": "工作簿引用了外部文件，取的是上次保存的值", "reason_en": "the workbook takes values from other files, as they were last saved",
    }  # fmt: skip

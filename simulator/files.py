"""Writes what people make by hand: workbooks and CSV files, equal bytes for equal tables. Knows no department."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pacsv
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from simulator.tables import Table

CREATED = datetime(2026, 1, 1)
FOOTNOTE = "注:本表由各镇（街道）应急管理站填报，数据截至季末。"


@dataclass(frozen=True)
class Form:
    """How one table is written by hand.

    ``stem``: first part of the file's name, the version is the second; ``form``: ``xlsx`` or a CSV's encoding;
    ``sheet``: the sheet's name, ``stem`` when None; ``groups``: merged headers over the column names as (name,
    how many columns), none means one header row; ``title``: a title row, ``{stem}`` ``{year}`` ``{quarter}``
    ``{version}`` are filled in, empty means none; ``total``: a 合计 row over the ``summed`` columns and a footnote;
    ``hidden`` columns, ``numbers`` written as number cells, ``dates`` whose Excel serials are number cells.
    """

    stem: str
    form: str = "xlsx"
    sheet: str | None = None
    groups: tuple[tuple[str, int], ...] = ()
    summed: tuple[str, ...] = ()
    total: bool = False
    hidden: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    title: str = "柯桥区{stem}（{year}年第{quarter}季度）"
    footnote: str = FOOTNOTE
    author: str = "柯桥区应急执法大队"

    def title_of(self, version: str) -> str:
        """Return the title row of one version."""
        quarter = version[5:6] if version[4:5] == "Q" else ""
        return self.title.format(stem=self.stem, year=version[:4], quarter=quarter, version=version)


def write(folder: Path, tables: list[Table], forms: dict[str, Form]) -> list[Path]:
    """Write every table into ``folder`` as its form says and return the paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for table in tables:
        form = forms[table.name]
        name = f"{form.stem}_{table.version}" if table.version else form.stem
        path = folder / f"{name}.{'xlsx' if form.form == 'xlsx' else 'csv'}"
        if form.form == "xlsx":
            workbook(path, table, form)
        else:
            path.write_bytes(csv_bytes(table.arrow(), form.form))
        paths.append(path)
    return paths


def csv_bytes(table: pa.Table, encoding: str) -> bytes:
    """Return ``table`` as CSV with one header row and CRLF, empty where a cell is null."""
    buffer = io.BytesIO()
    head = ",".join(table.column_names) + "\n"
    pacsv.write_csv(table, buffer, pacsv.WriteOptions(include_header=False, quoting_style="needed"))
    return (head + buffer.getvalue().decode("utf-8")).replace("\n", "\r\n").encode(encoding)


def read_number(cell: object) -> Decimal:
    """Read a cell as its writer meant it for the total: words count what they say, a range its middle."""
    text = "" if cell is None else str(cell).replace(",", "").replace("人", "").replace("约", "").strip()
    spread = re.fullmatch(r"(\d+)-(\d+)", text)
    if spread:
        return (Decimal(spread[1]) + Decimal(spread[2])) / 2
    return Decimal(text) if re.fullmatch(r"-?\d+(\.\d+)?", text) else Decimal(0)


def workbook(path: Path, table: Table, form: Form) -> None:
    """Write one table as a workbook of one sheet."""
    book_of(path, [(table, form)])


def book_of(path: Path, sheets: list[tuple[Table, Form]]) -> None:
    """Write a workbook, one sheet per table: title, header rows, data, total and footnote."""
    book = xlsxwriter.Workbook(
        str(path), {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties({"created": CREATED, "author": sheets[0][1].author})
    head = book.add_format({"bold": True, "align": "center", "border": 1, "bg_color": "#DDEBF7"})
    bold = book.add_format({"bold": True, "align": "center"})
    for table, form in sheets:
        _sheet(book.add_worksheet(form.sheet or form.stem), path.name, table, form, head, bold)
    book.close()


def _sheet(page: Worksheet, name: str, table: Table, form: Form, head: Format, bold: Format) -> None:
    columns = list(table.columns)
    if form.groups and sum(n for _, n in form.groups) != len(columns):
        raise ValueError(
            f"{name}: the groups cover {sum(n for _, n in form.groups)} columns, the table has {len(columns)}"
        )
    for i, column in enumerate(columns):
        page.set_column(i, i, 14, None, {"hidden": True} if column in form.hidden else {})
    row = 0
    if form.title:
        page.merge_range(row, 0, row, len(columns) - 1, form.title_of(table.version), bold)
        row += 1
    at = 0
    for group, width in form.groups:
        if width > 1:
            page.merge_range(row, at, row, at + width - 1, group, head)
        else:
            page.write_string(row, at, group, head)
        at += width
    row += bool(form.groups)
    for i, column in enumerate(columns):
        page.write_string(row, i, column, head)
    number = [c in form.numbers for c in columns]
    dates = [c in form.dates for c in columns]
    row += 1
    for values in zip(*table.columns.values(), strict=True):
        for i, value in enumerate(values):
            if value is None:
                continue
            # numbers and Excel serials are number cells, all else is text as typed
            if number[i] and is_plain(value):
                page.write_number(row, i, float(value))
            elif dates[i] and len(value) == 5 and value.isdigit():
                page.write_number(row, i, int(value))
            else:
                page.write_string(row, i, value)
        row += 1
    if form.total:
        page.write_string(row, 0, "合计", bold)
        for column in form.summed:
            page.write_number(
                row, columns.index(column), float(sum(map(read_number, table.columns[column]), Decimal(0)))
            )
        page.write_string(row + 1, 0, form.footnote)


def is_plain(value: str) -> bool:
    """Return whether a text is a number that a spreadsheet would keep as one."""
    return value.replace(".", "", 1).isdigit() and value.isascii()

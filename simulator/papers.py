"""Writes what offices send beside plain workbooks: old workbooks, tables in Word files, map layers. Equal bytes for equal tables.

Knows no department. Times inside the files are fixed, because they would differ from run to run.
"""

from __future__ import annotations

import io
import json
import struct
import tempfile
import zipfile
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from xml.sax.saxutils import escape

import numpy as np
import pyogrio
import shapely
import xlwt
from docx import Document
from docx.document import Document as Paper
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from simulator.files import CREATED, Form, is_plain, read_number
from simulator.tables import Table

ZIP_TIME = (2026, 1, 1, 0, 0, 0)
# where GDAL writes the day into a DBF, and the day we keep there
_DBF_DAY = struct.pack("3B", 126, 1, 1)


def old_book_of(path: Path, sheets: list[tuple[Table, Form]]) -> None:
    """Write an .xls workbook, one sheet per table, laid out as ``files.book_of`` does."""
    book = xlwt.Workbook(encoding="utf-8")
    for table, form in sheets:
        page, columns = book.add_sheet(form.sheet or form.stem), list(table.columns)
        row = 0
        if form.title:
            page.write_merge(row, row, 0, len(columns) - 1, form.title_of(table.version))
            row += 1
        at = 0
        for group, width in form.groups:
            page.write_merge(row, row, at, at + width - 1, group)
            at += width
        row += bool(form.groups)
        for i, column in enumerate(columns):
            page.write(row, i, column)
        for values in zip(*table.columns.values(), strict=True):
            row += 1
            for i, value in enumerate(values):
                if value is not None:
                    page.write(row, i, float(value) if columns[i] in form.numbers and is_plain(value) else value)
        if form.total:
            page.write(row + 1, 0, "合计")
            for column in form.summed:
                total = sum(map(read_number, table.columns[column]), Decimal(0))
                page.write(row + 1, columns.index(column), float(total))
            page.write(row + 2, 0, form.footnote)
    book.save(str(path))


@dataclass(frozen=True)
class Sheet:
    """One table in a Word file: its caption stands in the paragraph above, ``merged`` columns show a value once."""

    table: Table
    caption: str
    merged: tuple[str, ...] = ()


def word_file(path: Path, title: str, prose: tuple[str, ...], sheets: list[Sheet]) -> None:
    """Write a Word file: a heading, paragraphs, and each table under its caption."""
    paper = Document()
    core = paper.core_properties
    core.author, core.created, core.modified = "柯桥区", CREATED, CREATED
    paper.add_heading(title, level=1)
    for text in prose:
        paper.add_paragraph(text)
    for sheet in sheets:
        paper.add_paragraph(sheet.caption)
        _grid(paper, sheet)
    paper.add_paragraph("注：以上内容截至印发之日。")
    buffer = io.BytesIO()
    paper.save(buffer)
    path.write_bytes(fixed_zip(buffer.getvalue()))


def _grid(paper: Paper, sheet: Sheet) -> None:
    """Append the table as one piece of XML: cell by cell takes the library minutes for a long list."""
    columns = list(sheet.table.columns)
    runs = {c: _runs(sheet.table.columns[c]) for c in sheet.merged}
    rows = ["".join(_cell(c) for c in columns)]
    for i, values in enumerate(zip(*sheet.table.columns.values(), strict=True)):
        cells = []
        for column, value in zip(columns, values, strict=True):
            merge = runs[column][i] if column in runs else ""
            cells.append(_cell(None if merge == "continue" else value, merge))
        rows.append("".join(cells))
    grid = "".join('<w:gridCol w:w="1600"/>' for _ in columns)
    body = "".join(f"<w:tr>{row}</w:tr>" for row in rows)
    style = '<w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:w="0" w:type="auto"/></w:tblPr>'
    table = parse_xml(f"<w:tbl {nsdecls('w')}>{style}<w:tblGrid>{grid}</w:tblGrid>{body}</w:tbl>")
    paper.element.body.insert_element_before(table, "w:sectPr")


def _cell(value: object, merge: str = "") -> str:
    """Return one cell; a line end in a text becomes a paragraph of its own."""
    down = f'<w:tcPr><w:vMerge w:val="{merge}"/></w:tcPr>' if merge else ""
    lines = "" if value is None else str(value)
    texts = (f'<w:r><w:t xml:space="preserve">{escape(t)}</w:t></w:r>' if t else "" for t in lines.split("\n"))
    return f"<w:tc>{down}{''.join(f'<w:p>{t}</w:p>' for t in texts)}</w:tc>"


def _runs(values: np.ndarray) -> list[str]:
    """Return how a column's cells merge downwards, as a clerk does to make a list easier to read."""
    same = [i > 0 and values[i] == values[i - 1] for i in range(len(values))]
    begins = [not s and i + 1 < len(same) and same[i + 1] for i, s in enumerate(same)]
    return ["continue" if s else "restart" if b else "" for s, b in zip(same, begins, strict=True)]


def fixed_zip(data: bytes) -> bytes:
    """Return the archive with every member's time fixed and the members in order of their names."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in sorted(old.infolist(), key=lambda i: i.filename):
            new.writestr(zipfile.ZipInfo(info.filename, ZIP_TIME), old.read(info), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def geojson(path: Path, table: Table, shapes: np.ndarray, crs: str = "urn:ogc:def:crs:EPSG::4490") -> None:
    """Write ``table`` as a GeoJSON layer; ``shapes`` are shapely geometries, one per row."""
    columns = {c: v.tolist() for c, v in table.columns.items()}
    features = [
        {
            "type": "Feature",
            "properties": {c: v[i] for c, v in columns.items()},
            "geometry": None if shape is None else json.loads(shapely.to_geojson(shape)),
        }
        for i, shape in enumerate(shapes)
    ]
    head = {"type": "FeatureCollection", "name": path.stem, "crs": {"type": "name", "properties": {"name": crs}}}
    path.write_text(json.dumps({**head, "features": features}, ensure_ascii=False), encoding="utf-8")


def shapefile_zip(path: Path, table: Table, shapes: np.ndarray, kind: str, crs: str = "EPSG:4490") -> None:
    """Write ``table`` as a zipped shapefile with GBK attributes; ``kind`` is the geometry type.

    Field names are cut to ten places by the format, so they have to be short already.
    """
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / f"{path.stem}.shp"
        pyogrio.raw.write(
            str(target),
            shapely.to_wkb(shapes),
            [v if v.dtype != object else _texts(v) for v in table.columns.values()],
            list(table.columns),
            geometry_type=kind,
            crs=crs,
            driver="ESRI Shapefile",
            encoding="GBK",
        )
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
            for part in sorted(Path(folder).iterdir()):
                data = part.read_bytes()
                if part.suffix == ".dbf":
                    data = data[:1] + _DBF_DAY + data[4:]
                new.writestr(zipfile.ZipInfo(part.name, ZIP_TIME), data, zipfile.ZIP_DEFLATED)
    path.write_bytes(out.getvalue())


def _texts(values: np.ndarray) -> np.ndarray:
    return np.array([None if v is None else str(v) for v in values], dtype=object)

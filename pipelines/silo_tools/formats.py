"""How a file wants to be read, guessed from its bytes: format, encoding, delimiter, rows above the header."""

from __future__ import annotations

import gzip
import re
import zipfile
from pathlib import Path, PurePosixPath
from typing import Any

from pipelines.connectors.files.blocks import BOMS, decodes
from pipelines.connectors.files.containers import GZIP, member_name

_PERIOD = r"20\d{2}(?:年?第?[1-4一二三四]季度?|[Qq][1-4]|[-_.年/]?[01]?\d(?:[-_.月/]?[0-3]?\d)?日?月?)?"
_SAMPLE = 1 << 20


def pattern_of(name: str) -> str:
    """Return a glob for a file and those that will follow it: the period in its name becomes ``*``."""
    stem = PurePosixPath(name).name
    return re.sub(r"\*+", "*", re.sub(_PERIOD, "*", stem)) or stem


def source_of(path: Path) -> dict[str, Any]:
    """Return a ``source:`` that reads ``path``."""
    name = path.name.lower()
    source: dict[str, Any] = {"pattern": pattern_of(path.name)}
    if name.endswith((".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")):
        return {**source, "format": "xlsx", **_sheet(path)}
    if name.endswith(".docx"):
        return {**source, "format": "docx"}
    if name.endswith((".geojson", ".json")):
        return {**source, "format": "geojson"}
    if name.endswith(".shp"):
        return {**source, "format": "shapefile"}
    if name.endswith(".zip"):
        with zipfile.ZipFile(path) as z:
            infos = [i for i in z.infolist() if not i.is_dir()]
            if any(i.filename.lower().endswith(".shp") for i in infos):
                return {**source, "format": "shapefile"}
            first = next((i for i in infos if i.filename.lower().endswith((".csv", ".txt"))), infos[0])
            with z.open(first) as f:
                start = f.read(_SAMPLE)
        return {**source, "members": pattern_of(member_name(first)), "format": "csv", **_text(start)}
    with path.open("rb") as f:
        start = f.read(_SAMPLE)
    if start.startswith(GZIP):
        with gzip.open(path, "rb") as f:
            start = f.read(_SAMPLE)
    return {**source, "format": "csv", **_text(start)}


def _text(start: bytes) -> dict[str, Any]:
    marked = next((name for mark, name in BOMS if start.startswith(mark)), None)
    whole = start[: start.rfind(b"\n") + 1] or start
    encoding = marked or next((e for e in ("utf-8", "gb18030", "big5") if decodes(whole, e)), "utf-8")
    lines = whole.decode(encoding, "replace").splitlines()[:20]
    found: dict[str, Any] = {"encoding": encoding}
    header = next((line for line in lines if line.strip()), "")
    counts = {d: header.count(d) for d in (",", "\t", ";", "|")}
    best = max(counts, key=lambda d: counts[d])
    if best != "," and counts[best]:
        found["delimiter"] = best
    return found


def _sheet(path: Path) -> dict[str, Any]:
    """Return the sheet and the rows above its header: titles fill one cell, the header the most."""
    from pipelines.connectors.files import workbook

    data = path.read_bytes()
    book = workbook.open_book(data, path.name)
    name = book.sheet_names[0]
    g = workbook.grid(book, name, path.name)
    workbook.layout(data, name, g)
    filled = [sum(1 for v in g.row(r) if v and v.strip()) for r in range(min(g.height, 12))]
    width = max(filled, default=0)
    top = next((r for r, n in enumerate(filled) if n >= max(2, 0.6 * width)), 0)
    # an upper header is merged over several columns: its row has gaps, the one below has not
    spans = [m for m in g.merged if m[0] < top and m[2] < top and m[3] > m[1]]
    titles = sum(1 for r in range(top) if filled[r] <= 1)
    depth = 1 + max(0, top - titles) if spans else 1
    found: dict[str, Any] = {"sheet": name}
    if skip := top + 1 - depth:
        found["skip_rows"] = skip
    if depth > 1:
        found["header_rows"] = depth
    total = next(
        (v for r in range(max(0, g.height - 4), g.height) for v in g.row(r) if v and re.fullmatch(r"\s*合\s*计\s*", v)),
        None,
    )
    if total:
        found["total_label"] = "合计"
    return found

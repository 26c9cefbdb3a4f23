"""A grid of cells becomes rows: headers of several lines, merged cells, totals, footnotes. For sheets and docx tables.

Row numbers are the grid's own, from 1. What is read but is no data is kept as a note.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.connectors.base import Slice
from pipelines.connectors.files import columns as cols
from pipelines.connectors.files.columns import Reading, Wanted

PLAIN = re.compile(r"^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$")
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


def headers_of(g: Grid, first: int, count: int) -> tuple[list[str], list[str]]:
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


def read(
    g: Grid, source: dict[str, Any], wanted: list[Wanted], where: str, file: str, part: str | None, place: str
) -> Reading:
    """Return the data rows of one grid as the contract's columns; ``place`` is what a row's part is called.

    Raises:
        SourceError: missing or doubtful column.

    """
    top, depth = int(source.get("skip_rows", 0)), int(source.get("header_rows", 1))
    headers, full = headers_of(g, top, depth)
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
    table, faults = cols.shape(wanted, found, picked, len(rows), file, part, g.name)
    reading.slices = [Slice(file, place, pa.array(rows + 1, pa.int64()), table, faults)]
    reading.checks.append(cols.extra_columns(extra))
    if source.get("total_label"):
        reading.checks.append(_total_check(g, total_at, table, source, wanted, found))
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
    if PLAIN.match(plain):
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
        if not PLAIN.match(said) or not any(abs(Decimal(said) - s) <= Decimal("0.005") for s in sums):
            check["failed"] += 1
            seen.append(
                f"{name}: total row {total_at + 1} says {text!r}, the rows sum to {' or '.join(str(s) for s in sorted(sums))}"
            )
    return {**check, "seen": "; ".join(seen)}

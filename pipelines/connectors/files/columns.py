"""From a file's own columns to the contract's: finding them by header, taking parts of cells, naming faults.

Types nothing and judges nothing; a cell stays the text it was.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import PurePosixPath
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.connectors.base import Slice
from pipelines.contract import Table
from pipelines.errors import SourceError


@dataclass(frozen=True)
class Wanted:
    """One column of the contract: landing name, where it is found, which part of the cell, what is nothing."""

    name: str
    source: str
    match: str | None = None
    null_tokens: tuple[str, ...] = ()
    is_optional: bool = False

    @property
    def is_given(self) -> bool:
        """True where the value is no cell: a constant ``=…`` or a name ``@…``."""
        return self.source.startswith(("@", "="))


@dataclass
class Reading:
    """What one file gave: slices, rows that are not data, checks without the silo's name, notes."""

    slices: list[Slice] = field(default_factory=list)
    non_data_rows: list[dict[str, Any]] = field(default_factory=list)
    checks: list[dict[str, Any]] = field(default_factory=list)
    detail: dict[str, Any] = field(default_factory=dict)

    def add(self, other: Reading) -> None:
        """Take in what another file of the same delivery gave; checks of one rule are summed."""
        self.slices += other.slices
        self.non_data_rows += other.non_data_rows
        known = {c["rule"]: c for c in self.checks}
        for check in other.checks:
            if mine := known.get(check["rule"]):
                mine["checked"] += check["checked"]
                mine["failed"] += check["failed"]
                if check["failed"]:
                    mine["seen"] = "; ".join(filter(None, (mine.get("seen"), check.get("seen"))))[:500]
            else:
                self.checks.append(dict(check))
        for key, value in other.detail.items():
            self.detail.setdefault(key, value)


def wanted(table: Table) -> list[Wanted]:
    """Return the columns of ``table`` as the readers need them."""
    return [
        Wanted(c.name, c.source, c.options.get("match"), c.null_tokens or (), bool(c.options.get("optional")))
        for c in table.columns.values()
    ]


def folded(header: str | None) -> str:
    """Return a header as it is compared when its exact text is not found: width, case and blanks do not count."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", header or "")).casefold()


def places(
    columns: list[Wanted], headers: list[str], full: list[str] | None, where: str, header_row: int
) -> tuple[dict[str, int], list[str]]:
    """Return where each source is (header text to position) and the headers nobody asked for.

    ``headers`` are the lowest header texts, ``full`` the same with their upper texts (``upper/lower``).

    Raises:
        SourceError: a column is missing, or a name fits several columns.

    """
    found: dict[str, int] = {}
    missing, twice = [], []
    for source in dict.fromkeys(c.source for c in columns if not c.is_given):
        for names, key in ((headers, source), (full or [], source), ([folded(h) for h in headers], folded(source)),
                           ([folded(h) for h in full or []], folded(source))):  # fmt: skip
            at = [i for i, h in enumerate(names) if h == key]
            if at:
                found[source] = at[0]
                if len(at) > 1:
                    twice.append(source)
                break
        else:
            if not all(c.is_optional for c in columns if c.source == source):
                missing.append(source)
    if missing or twice:
        parts = []
        if missing:
            parts.append(f"{len(missing)} promised column(s) are missing: {', '.join(missing)}")
        if twice:
            parts.append(f"the name fits several columns: {', '.join(twice)}")
        raise SourceError(
            where, "; ".join(parts), seen=f"columns in row {header_row}: {' | '.join(h for h in headers if h)[:600] or 'none'}",
            do="ask the owner whether the layout changed; then correct the file, or the contract with a new version",
        )  # fmt: skip
    used = set(found.values())
    return found, [full[i] if full else h for i, h in enumerate(headers) if i not in used and h]


def shape(
    columns: list[Wanted],
    found: dict[str, int],
    data: list[pa.Array],
    size: int,
    file: str,
    part: str | None,
    sheet: str = "",
) -> tuple[pa.Table, pa.Array | None]:
    """Return the contract's columns and, per row, the cells that no ``match`` understands (None if all are fine).

    ``data``: one string array per column of the file, all of length ``size``.
    """
    name = PurePosixPath(part or file).name
    given = {"@file": file, "@member": part or "", "@sheet": sheet, "@stem": name.split(".")[0]}
    made: dict[str, pa.Array] = {}
    left: dict[str, pa.Array] = {}
    for c in columns:
        if c.source.startswith("="):
            array = pa.repeat(pa.scalar(c.source[1:], pa.string()), size)
        elif c.source in given:
            array = pa.repeat(pa.scalar(given[c.source], pa.string()), size)
        elif c.source in found:
            array = data[found[c.source]]
        else:
            array = pa.nulls(size, pa.string())
        if c.match is not None:
            parts = pc.struct_field(pc.extract_regex(array, pattern=c.match), "part")
            taken = pc.is_valid(parts)
            left[c.source] = pc.or_(left[c.source], taken) if c.source in left else taken
            array = pc.if_else(pc.equal(parts, ""), None, parts)
        made[c.name] = array
    faults = None
    for source, taken in left.items():
        cell = data[found[source]]
        nothing = {"", *(t for c in columns if c.source == source for t in c.null_tokens)}
        blank = pc.is_in(pc.fill_null(pc.utf8_trim_whitespace(cell), ""), pa.array(sorted(nothing)))
        bad = pc.invert(pc.or_(taken, blank))
        if pc.any(bad).as_py():
            text = pc.binary_join_element_wise(f"the cell {source} is not of a form the contract knows: ", cell, "")
            text = pc.if_else(bad, text, pa.scalar(None, pa.string()))
            faults = text if faults is None else pc.coalesce(faults, text)
    return pa.table(made), faults


def extra_columns(extra: list[str]) -> dict[str, Any]:
    """Return the check that a file has no column beyond the contract's."""
    return {
        "rule": "no_unknown_columns", "scope": "batch", "severity": "warning", "checked": 1, "failed": int(bool(extra)),
        "seen": ", ".join(extra)[:500],
        "reason_zh": "文件有契约之外的列", "reason_en": "the file has columns beyond the contract",
    }  # fmt: skip


class Days:
    """The days a delivery's rows speak of, gathered while its slices pass, and the check that none is missing."""

    def __init__(self, column: str) -> None:
        self.column, self.days = column, set()

    def take(self, part: Slice) -> None:
        """Note the days (ISO text) of one slice."""
        for text in pc.unique(part.rows[self.column]).to_pylist():
            try:
                self.days.add(date.fromisoformat(text or ""))
            except ValueError:
                continue

    def check(self) -> dict[str, Any]:
        """Return the check that every day between the first and the last has a row."""
        days = self.days
        span = (max(days) - min(days)).days + 1 if days else 0
        gone = [d for d in (min(days) + timedelta(n) for n in range(span)) if d not in days] if days else []
        return {
            "scope": "batch", "severity": "warning", "checked": span, "failed": len(gone),
            "seen": ", ".join(d.isoformat() for d in gone[:20]),
            "reason_zh": "首末日之间有缺日", "reason_en": "days between the first and the last are missing",
        }  # fmt: skip


_DAY_TEXT = r"^\s*([0-9]{4})(?:[-/.年]\s*([0-9]{1,2})(?:[-/.月]\s*([0-9]{1,2}))?|([0-9]{2})([0-9]{2}))"


def within(part: Slice, column: str, first: date, after: date) -> Slice:
    """Return only the rows whose ``column`` tells a day from ``first`` up to before ``after``, or no day at all."""
    texts = part.rows[column].to_pylist()
    keep = []
    for text in texts:
        m = re.match(_DAY_TEXT, text or "")
        try:
            day = date(int(m[1]), int(m[2] or m[4] or 1), int(m[3] or m[5] or 1)) if m else None
        except ValueError:
            day = None
        keep.append(day is None or first <= day < after)
    mask = pa.array(keep, pa.bool_())
    faults = part.faults.filter(mask) if part.faults is not None else None
    return Slice(part.file, part.part, part.numbers.filter(mask), part.rows.filter(mask), faults)


def kept(arrays: list[pa.Array], rows: np.ndarray) -> list[pa.Array]:
    """Return only ``rows`` (positions) of every array."""
    take = pa.array(rows, pa.int64())
    return [a.take(take) for a in arrays]

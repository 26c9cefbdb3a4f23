"""Adjustments after the base score: bonuses, deductions and veto caps, each a record of its own (METHOD 6)."""

from __future__ import annotations

import re
from calendar import IllegalMonthError, monthrange
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np

from pipelines.analysis.scoring import words
from pipelines.analysis.scoring.spec import Spec
from pipelines.errors import AnlanError

COLUMNS = ("unit_id", "period", "rule_code", "kind", "points", "grade_cap", "evidence", "who", "expires")
NEEDED = ("unit_id", "rule_code", "kind", "evidence", "who")
KINDS = ("bonus", "deduction", "veto")
CAP = 5.0  # points, either way
_PERIOD = re.compile(r"(\d{4})(?:-?H([12])|-?Q([1-4])|-?M?(\d{2})(?:-?(\d{2}))?)?", re.ASCII)


@dataclass
class Adjusted:
    """The root after adjustments: ``final`` N; ``bonus`` and ``deduction`` N as counted; ``caps`` the best grade allowed.

    ``expired``: records that were over in a period they would have counted in, with their line.
    """

    final: np.ndarray
    bonus: np.ndarray
    deduction: np.ndarray
    caps: list[str]
    expired: list[str]

    def cap(self, grades: np.ndarray, spec: Spec) -> np.ndarray:
        """Return grades no better than each unit's cap; score and rank stay as they are."""
        order = [g for g, _ in spec.grades]
        return np.array(
            [
                cap if g and cap and order.index(g) < order.index(cap) else g
                for g, cap in zip(grades.tolist(), self.caps, strict=True)
            ],
            dtype=object,
        )


def within(base: np.ndarray, change: np.ndarray, spec: Spec) -> np.ndarray:
    """Return ``base`` + ``change``, kept in the range where the root has one; who has no change keeps the base as it is."""
    moved = base + change
    return np.where(change == 0, base, moved if spec.ends is None else np.clip(moved, *spec.ends))


def last_day(period: str) -> date | None:
    """Return the last day of a year, half, quarter, month or day (2025, 2025H2, 2025Q4, 2025-12, 2025-12-31); None of other codes."""
    form = _PERIOD.fullmatch(period)
    if form is None:
        return None
    year, half, quarter, month, day = (int(x) if x else 0 for x in form.groups())
    month = month or quarter * 3 or half * 6 or 12
    try:
        return date(year, month, day or monthrange(year, month)[1])
    except (ValueError, IllegalMonthError):
        return None


@dataclass
class Adjustments:
    """Signed records by unit and period; a blank period means every period. ``lines``: where each stands, if not from 2 on."""

    rows: list[dict[str, str]]
    lines: list[int] = field(default_factory=list)

    def apply(self, unit: np.ndarray, period: np.ndarray, base: np.ndarray, spec: Spec) -> Adjusted:
        """Return final = base + bonus − deduction, within the range if there is one; bonus and deduction capped at 5 points each.

        A record counts in the periods whose last day is not past its day of expiry.

        Raises:
            AnlanError: a unit or a period that is not scored, a cap that is no grade, an expiry in a period that is no time.

        """
        units, periods, faults, over = unit.astype(str), period.astype(str), [], []
        order = [g for g, _ in spec.grades]
        bonus, deduction = np.zeros(len(unit)), np.zeros(len(unit))
        caps = [""] * len(unit)
        for n, row in zip(self.lines or range(2, len(self.rows) + 2), self.rows, strict=True):
            at = (units == row["unit_id"]) & ((periods == row["period"]) | (row["period"] == ""))
            if not at.any():
                known = row["unit_id"] in units
                when = f"unit {row['unit_id']} has no values in {row['period']}; its periods are {', '.join(sorted(set(periods[units == row['unit_id']])))}"
                faults.append(f"line {n}: {when if known else 'unit ' + row['unit_id'] + ' is not among the values'}")
                continue
            if row["kind"] == "veto" and row["grade_cap"] not in order:
                faults.append(
                    f"line {n}: grade_cap {row['grade_cap']!r} is none of {', '.join(order) or 'the spec (no grades)'}"
                )
                continue
            if expires := row.get("expires", ""):
                ends = {p: last_day(p) for p in set(periods[at])}
                if no_time := sorted(p for p, end in ends.items() if end is None):
                    faults.append(
                        f"line {n}: expires {expires}, but period '{no_time[0]}' is no year, quarter, month or day; "
                        "leave expires blank and name the periods the record counts in"
                    )
                    continue
                gone = np.array([str(ends.get(p)) > expires for p in periods]) & at
                over += [
                    f"line {n}: {row['rule_code']} of {row['unit_id']} expired {expires}, before the end of {p}"
                    for p in periods[gone]
                ]
                at &= ~gone
            if row["kind"] == "veto":
                for i in np.flatnonzero(at):
                    if not caps[i] or order.index(row["grade_cap"]) > order.index(caps[i]):
                        caps[i] = row["grade_cap"]
            else:
                into = bonus if row["kind"] == "bonus" else deduction
                into[at] += words.number(row["points"])
        if faults:
            raise AnlanError("adjustments", f"{len(faults)} fault(s): " + "; ".join(faults[:20]), "", "correct them")
        bonus, deduction = np.minimum(bonus, CAP), np.minimum(deduction, CAP)
        return Adjusted(within(base, bonus - deduction, spec), bonus, deduction, caps, over)


def read(path: Path) -> Adjustments:
    """Return the adjustments of a CSV file with the columns ``COLUMNS`` (those in ``NEEDED`` must be there and filled).

    Raises:
        AnlanError: the file, a column or a line that cannot be used, all lines named at once.

    """
    from pipelines.analysis.scoring.files import lines

    header, rows = lines(path)
    if lacking := [c for c in NEEDED if c not in header]:
        raise AnlanError(path.name, f"lacks {', '.join(lacking)}", ", ".join(header), f"columns: {', '.join(COLUMNS)}")
    faults, made = [], []
    for n, cells in rows:
        row = dict.fromkeys(COLUMNS, "") | {k: v.strip() for k, v in zip(header, cells, strict=True)}
        faults += [f"line {n}: {fault}" for fault in _faults(row)]
        made.append(row)
    if faults:
        raise AnlanError(path.name, f"{len(faults)} fault(s): " + "; ".join(faults[:20]), "", "correct the lines")
    return Adjustments(made, [n for n, _ in rows])


def _faults(row: dict[str, str]) -> list[str]:
    """Return what one record lacks or says wrongly."""
    found = [f"{c} is blank; a record is signed and has its evidence" for c in NEEDED if not row[c]]
    if row["kind"] and row["kind"] not in KINDS:
        found.append(f"kind {row['kind']!r} is none of {', '.join(KINDS)}")
    elif row["kind"] in {"bonus", "deduction"}:
        points = words.number(row["points"])
        if not np.isfinite(points):
            found.append(f"points {row['points']!r} is no number")
        elif points < 0:
            found.append(f"points {row['points']} is below 0; kind says whether points are added or taken")
    if row["expires"]:
        try:
            day = date.fromisoformat(row["expires"])
        except ValueError:
            day = None
        if day is None or day.isoformat() != row["expires"]:
            found.append(f"expires {row['expires']!r} is no day such as 2026-12-31")
    return found

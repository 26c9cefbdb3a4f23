"""Adjustments after the base score: bonuses, deductions and veto caps, each a record of its own (METHOD 6)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pipelines.analysis.scoring.spec import Spec
from pipelines.errors import AnlanError

COLUMNS = ("unit_id", "period", "rule_code", "kind", "points", "grade_cap", "evidence", "who", "expires")
NEEDED = ("unit_id", "rule_code", "kind")
KINDS = ("bonus", "deduction", "veto")
CAP = 5.0  # points, either way


@dataclass
class Adjusted:
    """The root after adjustments: ``final`` N; ``bonus`` and ``deduction`` N as counted; ``caps`` the best grade allowed."""

    final: np.ndarray
    bonus: np.ndarray
    deduction: np.ndarray
    caps: list[str]

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


@dataclass
class Adjustments:
    """Signed records by unit and period; a blank period means every period."""

    rows: list[dict[str, str]]

    def apply(self, unit: np.ndarray, period: np.ndarray, base: np.ndarray, spec: Spec) -> Adjusted:
        """Return final = clip(base + bonus − deduction) within the range; bonus and deduction capped at 5 points each.

        Raises:
            AnlanError: a unit that is not scored, or a cap that is no grade.

        """
        known, faults = set(map(str, unit)), []
        order = [g for g, _ in spec.grades]
        bonus, deduction = np.zeros(len(unit)), np.zeros(len(unit))
        caps = [""] * len(unit)
        for n, row in enumerate(self.rows, 2):
            if row["unit_id"] not in known:
                faults.append(f"line {n}: unit {row['unit_id']} is not among the values")
                continue
            if row["kind"] == "veto" and row["grade_cap"] not in order:
                faults.append(
                    f"line {n}: grade_cap {row['grade_cap']!r} is none of {', '.join(order) or 'the spec (no grades)'}"
                )
                continue
            at = (unit.astype(str) == row["unit_id"]) & (
                np.ones(len(unit), bool) if not row["period"] else period.astype(str) == row["period"]
            )
            if row["kind"] == "veto":
                for i in np.flatnonzero(at):
                    if not caps[i] or order.index(row["grade_cap"]) > order.index(caps[i]):
                        caps[i] = row["grade_cap"]
            else:
                into = bonus if row["kind"] == "bonus" else deduction
                into[at] += abs(float(row["points"]))
        if faults:
            raise AnlanError("adjustments", f"{len(faults)} fault(s): " + "; ".join(faults[:20]), "", "correct them")
        bonus, deduction = np.minimum(bonus, CAP), np.minimum(deduction, CAP)
        final = np.clip(base + bonus - deduction, spec.low, spec.high)
        return Adjusted(final, bonus, deduction, caps)


def read(path: Path) -> Adjustments:
    """Return the adjustments of a CSV file with the columns ``COLUMNS`` (those in ``NEEDED`` must be there).

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
        if row["kind"] not in KINDS:
            faults.append(f"line {n}: kind {row['kind']!r} is none of {', '.join(KINDS)}")
        elif row["kind"] != "veto":
            try:
                if not np.isfinite(float(row["points"])):
                    raise ValueError
            except ValueError:
                faults.append(f"line {n}: points {row['points']!r} is no number")
        made.append(row)
    if faults:
        raise AnlanError(path.name, f"{len(faults)} fault(s): " + "; ".join(faults[:20]), "", "correct the lines")
    return Adjustments(made)

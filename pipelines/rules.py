"""The dated rows of the method, looked at before anything is computed.

Every rule is a row of a seed with ``effective_from`` and ``effective_to``, and a quarter is judged by the rows in force on
its last day (ADR 43). Two rows of one rule that hold on the same day would count it twice: they are refused here, with file
and line. What makes two rows the same rule is said beside the seed (``config.meta.dated_key``).
"""

from __future__ import annotations

import csv
import hashlib
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from pipelines.errors import AnlanError, UsageError
from pipelines.periods import Period

# without a row of these in force no unit of a quarter can be scored
NEEDED = (
    "method_town_indicators", "method_department_indicators", "method_cert_rules", "method_enterprise_items", "method_hazard_sla",
)  # fmt: skip


class Row(NamedTuple):
    """One row of a seed: what it is about, from when to when it is in force, and the line it ends on."""

    key: tuple[str, ...]
    starts: date
    ends: date
    line: int

    def __str__(self) -> str:
        return f"{self.starts} to {self.ends} (line {self.line})"


def described(seeds: Path) -> list[dict[str, Any]]:
    """Return what is said beside each seed of a folder."""
    return [
        seed
        for path in sorted(seeds.glob("_*.yml"))
        for seed in yaml.safe_load(path.read_text(encoding="utf-8"))["seeds"]
    ]


def keys(seeds: Path) -> dict[str, tuple[str, ...]]:
    """Return, per seed that is dated, the columns that make two rows the same rule."""
    found = {s["name"]: s.get("config", {}).get("meta", {}).get("dated_key") for s in described(seeds)}
    return {name: tuple(columns) for name, columns in found.items() if columns}


def check(seeds: Path, periods: list[Period]) -> str:
    """Refuse dated rows that contradict each other, and quarters in which the method has no rules.

    Returns a hash of which rows are in force on the last day of the quarter that is judged.

    Args:
        seeds: the folder of seeds.
        periods: the quarters of a build; the last one is judged.

    Raises:
        AnlanError: a date is missing or none, a row ends before it begins, or two rows of one rule hold on the same day.
        UsageError: no row of a table the method needs is in force on the last day of the quarter.

    """
    last, in_force = periods[-1].end, hashlib.sha256()
    for name, columns in keys(seeds).items():
        rows = list(_rows(seeds / f"{name}.csv", columns))
        _refuse_overlaps(name, columns, rows)
        holding = [r.line for r in rows if r.starts <= last <= r.ends]
        in_force.update(f"{name}:{holding}".encode())
        if name in NEEDED and not holding:
            raise UsageError(
                periods[-1].code, "the method has no rules for this quarter",
                seen=f"{name}.csv begins on {min(r.starts for r in rows)}" if rows else f"{name}.csv is empty",
                do="name a later quarter, or add the rules of then with their dates",
            )  # fmt: skip
    return in_force.hexdigest()


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        for raw in reader:
            where = f"{path.name} line {reader.line_num}"
            days = []
            for column in ("effective_from", "effective_to"):
                try:
                    days.append(date.fromisoformat(raw[column] or ""))
                except ValueError as e:
                    raise AnlanError(
                        where,
                        f"{column} is no date",
                        seen=repr(raw[column]),
                        do="write it as 2026-01-01; an open end is 9999-12-31",
                    ) from e
            if days[0] > days[1]:
                raise AnlanError(
                    where,
                    "a rule ends before it begins",
                    seen=f"{days[0]} to {days[1]}",
                    do="exchange or mend its dates",
                )
            about = (raw.get("method_version", ""), *(raw[c] for c in columns))
            yield Row(about, days[0], days[1], reader.line_num)


def _refuse_overlaps(name: str, columns: tuple[str, ...], rows: list[Row]) -> None:
    same: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in sorted(rows, key=lambda r: (r.key, r.starts, r.line)):
        before = same[row.key]
        if before and row.starts <= before[-1].ends:
            about = ", ".join(f"{c}={v}" for c, v in zip(columns, row.key[1:], strict=True))
            raise AnlanError(
                f"{name}.csv line {row.line}", "two rows of one rule are in force on the same day",
                seen=f"{about}: {before[-1]} and {row}",
                do="let the older row end the day before the newer one begins (effective_to), or remove one",
            )  # fmt: skip
        before.append(row)

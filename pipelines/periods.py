"""Assessment periods, written ``2026Q3``. Nothing here reads the clock."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from pipelines.errors import UsageError

DEFAULT = "2026Q3"
_FORM = re.compile(r"^(\d{4})Q([1-4])$")


@dataclass(frozen=True, order=True)
class Period:
    """One quarter: ``start`` and ``end`` are its first and last day."""

    code: str
    start: date
    end: date

    def previous(self) -> Period:
        """Return the quarter before."""
        return containing(self.start - timedelta(days=1))

    def as_var(self) -> dict[str, str]:
        """Return the period as dbt's ``periods`` variable wants it."""
        return {"code": self.code, "start": self.start.isoformat(), "end": self.end.isoformat()}


def parse(code: str) -> Period:
    """Return the period written ``code``; another form is a wrong call."""
    m = _FORM.match(code or "")
    if not m:
        raise UsageError(f"period {code!r}", "is not a quarter", do="write it as 2026Q3")
    year, quarter = int(m[1]), int(m[2])
    start = date(year, 3 * quarter - 2, 1)
    following = date(year + 1, 1, 1) if quarter == 4 else date(year, 3 * quarter + 1, 1)
    return Period(code, start, following - timedelta(days=1))


def containing(day: date) -> Period:
    """Return the quarter that ``day`` lies in."""
    return parse(f"{day.year}Q{(day.month + 2) // 3}")


def with_previous(code: str, count: int = 2) -> list[Period]:
    """Return ``count`` quarters ending with ``code``, oldest first."""
    found = [parse(code)]
    while len(found) < count:
        found.append(found[-1].previous())
    return found[::-1]


def due(period: str, grace_days: int) -> date:
    """Return the day after which a silo's delivery for ``period`` is late.

    Grace differs by silo because paper silos close their books later; each contract states its own.
    """
    return parse(period).end + timedelta(days=grace_days)

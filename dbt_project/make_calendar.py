"""Write ``seeds/ref_calendar_days.csv``: the days on which China does not keep Monday to Friday, from the library chinesecalendar.

Run ``python dbt_project/make_calendar.py`` when the State Council has announced a year and the library knows it; ``--check``
exits 1 when the seed is stale. The seed is data: a release is made from it, never from the library. A district that
keeps other days corrects them in ``seeds/method_calendar_overrides.csv``. A year without rows is unknown, not guessed.
"""

from __future__ import annotations

import csv
import io
import sys
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar

SEED = Path(__file__).resolve().parent / "seeds" / "ref_calendar_days.csv"
FIRST_YEAR = 2013
COLUMNS = (
    "calendar_date", "day_kind", "name_zh", "name_en", "effective_from", "effective_to", "rule_status", "basis",
)  # fmt: skip


def known_years() -> range:
    """Return the years the library knows, from the first the district needs."""
    return range(FIRST_YEAR, max(d.year for d in chinese_calendar.holidays) + 1)


def rows() -> list[tuple[str, ...]]:
    """Return one row per working weekend day and per weekday off, in order of date."""
    names = {h.value: h.chinese for h in chinese_calendar.Holiday}
    found = []
    for year in known_years():
        day, last = date(year, 1, 1), date(year, 12, 31)
        while day <= last:
            works = chinese_calendar.is_workday(day)
            if works != (day.weekday() < 5):
                said = (chinese_calendar.workdays if works else chinese_calendar.holidays)[day]
                kind = "makeup" if works else "holiday"
                found.append(
                    (
                        str(day),
                        kind,
                        names[said],
                        said,
                        f"{year}-01-01",
                        str(last),
                        "sourced",
                        f"国务院办公厅{year}年节假日安排",
                    )
                )
            day += timedelta(days=1)
    return found


def text() -> str:
    """Return the seed as it should be."""
    out = io.StringIO()
    made = csv.writer(out, lineterminator="\n")
    made.writerow(COLUMNS)
    made.writerows(rows())
    return out.getvalue()


def main() -> int:
    """Write the seed, or with ``--check`` say whether it is as the library has it."""
    if "--check" in sys.argv:
        return int(SEED.read_text(encoding="utf-8") != text())
    SEED.write_text(text(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The words of the pages: one catalogue, Chinese and English side by side, and how numbers and dates are written."""

from __future__ import annotations

import datetime as dt
import re
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path

import yaml

LANGUAGES = ("zh", "en")
DASH = "—"
#: Keys built from a code in the data: every key of such a family counts as used.
FAMILIES = (
    "nav",
    "loop_count",
    "status",
    "gap",
    "cert",
    "fix",
    "grade",
    "veto",
    "bonus",
    "unit",
    "silo",
    "dept",
    "department_group",
    "depth_status",
    "depth_trend",
    "driver",
    "opinion",
    "rule_status",
    "crs_verdict",
    "point",
    "missing",
    "severity",
    "entity",
    "scope",
    "notice",
    "reason",
    "delivery",
    "freshness",
    "cadence",
    "unit_type",
    "queue",
    "verdict",
    "try_kind",
    "try_event",
    "try_reached",
    "outcome",
    "foresight",
    "valid",
)


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """Return the catalogue: key to {zh, en}."""
    return yaml.safe_load((Path(__file__).parent / "catalogue.yaml").read_text(encoding="utf-8"))


def text(lang: str, key: str, **values: object) -> str:
    """Return the words of ``key``. A missing key raises KeyError: a page must not show a key."""
    words = catalogue()[key][lang]
    return words.format(**values) if values else words


def known(lang: str, family: str, code: object, default: str | None = None) -> str:
    """Return the words for a code of the data; an unknown code is shown as it stands."""
    entry = catalogue().get(f"{family}.{code}")
    return entry[lang] if entry else (default if default is not None else str(code))


def number(value: object, places: int = 2) -> str:
    """Write a number with thousands commas and ``places`` decimals; nothing is a dash."""
    if value is None:
        return DASH
    return f"{Decimal(str(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):,}"


def short(value: object, places: int = 2) -> str:
    """Write a number without trailing zeros: 3, 0.5, 12.25."""
    if value is None:
        return DASH
    shown = number(value, places)
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def whole(value: object) -> str:
    """Write a count with thousands commas."""
    return DASH if value is None else f"{int(value):,}"


def percent(share: object, places: int = 1) -> str:
    """Write a share of 0 to 1 as per cent."""
    return DASH if share is None else f"{number(Decimal(str(share)) * 100, places)}%"


def signed(value: object, places: int = 2) -> str:
    """Write a change with its sign: +1.20, −0.35, 0.00."""
    if value is None:
        return DASH
    amount = Decimal(str(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return f"+{amount:,}" if amount > 0 else f"−{-amount:,}" if amount < 0 else f"{abs(amount)}"


def date(lang: str, value: dt.date | None) -> str:
    """Write a date: 2026年9月30日 or 30 Sep 2026."""
    if value is None:
        return DASH
    months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
    if lang == "zh":
        return f"{value.year}年{value.month}月{value.day}日"
    return f"{value.day} {months[value.month - 1]} {value.year}"


def moment(lang: str, value: dt.datetime | None) -> str:
    """Write a UTC moment as China time, to the minute."""
    if value is None:
        return DASH
    local = value + dt.timedelta(hours=8)
    return f"{date(lang, local.date())} {local:%H:%M}"


def period(lang: str, code: str) -> str:
    """Write a period: 2026年第三季度 or Q3 2026; a code that is no quarter stays as it is."""
    found = re.fullmatch(r"(\d{4})Q([1-4])", code or "")
    if not found:
        return str(code)
    year, quarter = found.groups()
    return f"{year}年第{'一二三四'[int(quarter) - 1]}季度" if lang == "zh" else f"Q{quarter} {year}"

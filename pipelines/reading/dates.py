"""Dates and times: eight forms, spreadsheet serials, zones, and what has two meanings or none (#6, #7)."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pipelines.contract import Column, Contract
from pipelines.errors import AnlanError
from pipelines.reading.sql import matches, quoted

_DATE_FORMS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d")
_TIME_FORMS = (
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M:%S",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y.%m.%d %H:%M:%S",
    "%Y.%m.%d %H:%M",
    "%Y年%m月%d日 %H:%M:%S",
    "%Y年%m月%d日 %H:%M",
    "%Y年%m月%d日 %H时%M分",
    "%Y年%m月%d日%H时%M分",
    "%Y%m%d%H%M%S",
    "%Y%m%d%H%M",
)
_SERIAL = "[1-9][0-9]{4}([.][0-9]+)?"
_ISO = "[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?"
_SHORT = "[0-9]{1,2}[-/.][0-9]{1,2}[-/.]([0-9]{2}|[0-9]{4})( .*)?"
_YEAR_FIRST = "[0-9]{4}([-/.年][0-9]{1,2}[-/.月][0-9]{1,2}日?|[0-9]{4})([ T日].*)?"


def _plausible(stamp: str) -> str:
    return f"(case when year({stamp}) between 1900 and 2100 then {stamp} end)"


def _strptime(text: str, forms: tuple[str, ...]) -> str:
    """Return the stamp that one of ``forms`` reads; only those with the text's own separator are tried."""
    marks = ("年", ".", "/", "-")
    groups: dict[str, list[str]] = {}
    for form in forms:
        groups.setdefault(next((m for m in marks if m in form), ""), []).append(quoted(form))
    tried = {m: f"try_strptime({text}, [{', '.join(g)}])" for m, g in groups.items()}
    rest = tried.pop("", "cast(null as timestamp)")
    cases = "".join(f"when contains({text}, {quoted(m)}) then {tried[m]} " for m in marks if m in tried)
    return f"(case {cases}else {rest} end)" if cases else rest


def _serial_stamp(text: str) -> str:
    # Excel's day 60 never existed; serials below 61 are not used by anyone here and stay unread by the guard
    return (
        f"case when {matches(text, _SERIAL)} then timestamp '1899-12-30 00:00:00' "
        f"+ to_microseconds(cast(round(cast({text} as double) * 86400) as bigint) * 1000000) end"
    )


def day(column: Column, text: str) -> str:
    """Return the date in ``text``."""
    stamp = f"coalesce({_strptime(text, column.formats or (*_DATE_FORMS, *_TIME_FORMS))}, {_serial_stamp(text)})"
    return f"cast({_plausible(stamp)} as date)"


@cache
def fixed_hours(zone: str) -> int | None:
    """Return the whole hours a zone has been ahead of UTC ever since 1992, or None where it moves its clocks."""
    try:
        place = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError) as e:
        raise AnlanError(f"time zone {zone}", "is not known", do="write an IANA name in the contract") from e
    offsets = {datetime(y, m, 15, tzinfo=place).utcoffset() for y in range(1992, 2038) for m in range(1, 13)}
    seconds = offsets.pop().total_seconds() if len(offsets) == 1 else 1  # type: ignore[union-attr]
    return int(seconds // 3600) if seconds % 3600 == 0 else None


def to_utc(local: str, zone: str) -> str:
    """Return the UTC wall time of ``local``, a timestamp expression in ``zone``."""
    if zone == "UTC":
        return local
    moved = f"timezone('UTC', timezone({quoted(zone)}, {local}))"
    hours = fixed_hours(zone)
    if hours is None:
        return moved
    return f"case when {local} >= timestamp '1992-01-01 00:00:00' then {local} - interval {hours} hour else {moved} end"


def zone_of(column: Column, contract: Contract) -> str:
    """Return the zone in which the column's times without an offset are meant: the feed declares it (#7)."""
    return column.time_zone or contract.time_zone


def instant(column: Column, text: str, contract: Contract) -> str:
    """Return the UTC instant in ``text``."""
    forms = column.formats or (*_TIME_FORMS, *_DATE_FORMS)
    local = _plausible(
        f"coalesce({_strptime(text, forms)}, try_strptime({text}, '%Y-%m-%d %H:%M:%S.%f'), {_serial_stamp(text)})"
    )
    offset = "'(Z|[+-][0-9]{2}:?[0-9]{2})$'"
    with_offset = (
        f"case when length({text}) > 19 and regexp_matches({text}, {offset}) "
        f"then timezone('UTC', try_cast({text} as timestamptz)) end"
    )
    return f"coalesce({with_offset}, {to_utc(local, zone_of(column, contract))})"


def how(column: Column, text: str) -> tuple[str, str]:
    """Return how a date was read, and why it was not: two expressions."""
    if column.formats:
        return "cast(null as varchar)", "'unread'"
    read = (
        f"case when {matches(text, _ISO)} then null when {matches(text, _SERIAL)} then 'excel_serial' "
        "else 'date_form' end"
    )
    unread = (
        f"case when {matches(text, _SHORT)} then 'ambiguous_date' "
        f"when {matches(text, _YEAR_FIRST)} then 'impossible_date' else 'unread' end"
    )
    return read, unread


def one_day(text: str) -> tuple[date | None, str | None]:
    """Return the date in one text and how it was read, as :func:`day` and :func:`how` do for whole columns."""
    for form in _DATE_FORMS:
        try:
            found = datetime.strptime(text, form).date()
        except ValueError:
            continue
        return (found if 1900 <= found.year <= 2100 else None), None if re.fullmatch(_ISO, text) else "date_form"
    if re.fullmatch(_SERIAL, text):
        return (datetime(1899, 12, 30) + timedelta(days=int(float(text)))).date(), "excel_serial"
    if re.fullmatch(_SHORT, text):
        return None, "ambiguous_date"
    return None, "impossible_date" if re.fullmatch(_YEAR_FIRST, text) else "unread"

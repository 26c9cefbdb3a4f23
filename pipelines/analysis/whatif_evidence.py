"""Changes of a what-if that reach the evidence rows: counts, one row, a certificate, a closing day; stations are in ``whatif_stations``.

Each changes the rows as the indicators' SQL would have made them of such records, and says which indicators it touched. What
a record moves beyond these rows is not tried: a hazard closed moves C301, C302, C303 and V03; a certificate B201, B202, B204
and V05, as if it had held all quarter.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import duckdb

from pipelines.analysis import whatif_stations
from pipelines.analysis.whatif_changes import Change
from pipelines.errors import UsageError

_LOCAL = timedelta(hours=8)
_TABLE = "temp.town_indicator_evidence"
#: what a record moves, beside its own indicator
_CODES = {"cert": ("B201", "B202", "B204", "V05"), "close": ("C301", "C302", "C303", "V03")}


def apply(
    cursor: duckdb.DuckDBPyConnection,
    period: str,
    changes: Sequence[Change],
    circle_of: Callable[[str], whatif_stations.Circle],
) -> set[str]:
    """Change this run's copy of the quarter's evidence, which holds what the changes may touch; return the codes of the indicators it holds.

    ``circle_of``: the rescue circle of a district, asked for only where a station moves.
    """
    if not changes:
        return set()
    stations = [c for c in changes if c.is_of_a_station]
    codes = {code for c in changes if not c.is_of_a_station for code in _CODES.get(c.kind, (c.code,))}
    codes |= whatif_stations.codes(cursor) if stations else set()
    cursor.execute(
        "create temp table town_indicator_evidence as from main.town_indicator_evidence where indicator_code in (select unnest(?)) and period = ?",
        [sorted(codes), period],
    )
    for change in changes:
        if change.kind in _KINDS:
            _KINDS[change.kind](cursor, period, change)
    # stations are seen together: one may reach those whom another leaves
    if stations:
        whatif_stations.apply(cursor, period, stations, circle_of)
    return codes


def _count(cursor: duckdb.DuckDBPyConnection, period: str, change: Change) -> None:
    """Change a numerator or denominator of a cell: a row of the trial's own makes up the difference."""
    there = cursor.execute(
        f"select coalesce(sum({change.kind}), 0) from {_TABLE} where unit_id = ? and indicator_code = ? and period = ?",
        [change.town, change.code, period],
    ).fetchone()[0]
    added = change.number if change.is_added else change.number - there
    pair = (added, Decimal(0)) if change.kind == "numerator" else (Decimal(0), added)
    _add(cursor, _district(cursor, change.town), change.code, change.town, period, "trial", *pair)


def _row(cursor: duckdb.DuckDBPyConnection, period: str, change: Change) -> None:
    """Change a row's numerator, or both its numbers, and then it may be new, or take it out."""
    where, names = (
        "unit_id = ? and indicator_code = ? and period = ? and entity_id = ?",
        [change.town, change.code, period, change.part],
    )
    denominator = change.word.partition("/")[2]
    if change.word == "none":
        done = cursor.execute(f"delete from {_TABLE} where {where}", names).fetchone()[0]
    elif denominator:
        cursor.execute(f"delete from {_TABLE} where {where}", names)
        _add(
            cursor,
            _district(cursor, change.town),
            change.code,
            change.town,
            period,
            change.part,
            change.number,
            Decimal(denominator),
        )
        done = 1
    else:
        done = cursor.execute(f"update {_TABLE} set numerator = ? where {where}", [change.number, *names]).fetchone()[0]
    if not done:
        raise UsageError(change.said, "names no row of evidence of the town", do="read the rows on the town's page")


def _district(cursor: duckdb.DuckDBPyConnection, town: str) -> str:
    return cursor.execute("select district_code from dim_towns where town_id = ?", [town]).fetchone()[0]


def _certificate(cursor: duckdb.DuckDBPyConnection, period: str, change: Change) -> None:
    """Change the enforcement certificate of somebody on an in-quota post (rule ST-02), held all quarter or not at all."""
    people = cursor.execute(
        "select town_id, district_code, landing_ref, cert_status from certification_gap_people where period = ? and rule_id = 'ST-02' and person_id = ?",
        [period, change.code],
    ).fetchall()
    if not people:
        raise UsageError(
            change.said, "names nobody on an in-quota post", do="take the person's code from the page of certificates"
        )
    town, district, reference, status = people[0]
    mine = [town, period, change.code]
    valid = change.word == "valid"
    cursor.execute(
        f"delete from {_TABLE} where unit_id = ? and period = ? and entity_id = ? and indicator_code in ('B201', 'V05')",
        mine,
    )
    if valid:
        for code in ("B201", "V05"):
            _add(cursor, district, code, town, period, change.code, Decimal(1), Decimal(1))
    cursor.execute(
        f"update {_TABLE} set numerator = ? where unit_id = ? and period = ? and entity_id = ? and indicator_code = 'B202'",
        [int(valid), *mine],
    )
    done = cursor.execute(
        f"update {_TABLE} set numerator = ? where unit_id = ? and period = ? and indicator_code = 'B204' and landing_ref = ?",
        [int(valid), town, period, reference],
    ).fetchone()[0]
    if valid and not done and status in ("none", "revoked"):  # a certificate nobody held yet is one more that is held
        _add(cursor, district, "B204", town, period, change.code, Decimal(1), Decimal(1))


def _closing(cursor: duckdb.DuckDBPyConnection, period: str, change: Change) -> None:
    """Close a hazard on a day (its last second, by the district's clock) or at an instant written with its hour."""
    said = change.word
    local = (
        datetime.fromisoformat(said) if "T" in said else datetime.combine(date.fromisoformat(said), time(23, 59, 59))
    )
    closed = local - _LOCAL
    rows = cursor.execute(
        f"select indicator_code, occurred_at from {_TABLE} where period = ? and entity_id = ? and indicator_code in ('C301', 'C302', 'C303', 'V03')",
        [period, change.code],
    ).fetchall()
    if not rows:
        raise UsageError(
            change.said,
            "names no hazard that was due or found in the quarter",
            do="take its number from the rows of C301 or C303",
        )
    start, end = cursor.execute("select start_at, end_before_at from dim_periods where period = ?", [period]).fetchone()
    for code, at in rows:
        where = [period, change.code, code]
        if code in ("C301", "C302"):
            _update(cursor, "numerator = ?", [int(closed < at)], where)
        elif code == "C303":
            if closed < at:
                raise UsageError(
                    change.said,
                    "closes a hazard before it was found",
                    f"found at {at + _LOCAL:%Y-%m-%d %H:%M}",
                    "name a later day",
                )
            watched = Decimal(int((min(closed, end) - at).total_seconds()))
            _update(
                cursor,
                "numerator = cast(cast(? as double) / 86400 as decimal(18, 6)), denominator = ?",
                [watched, int(closed < end)],
                where,
            )
        elif closed <= max(at, start):
            cursor.execute(f"delete from {_TABLE} where period = ? and entity_id = ? and indicator_code = ?", where)


def _update(cursor: duckdb.DuckDBPyConnection, what: str, numbers: list[Any], where: list[str]) -> None:
    cursor.execute(
        f"update {_TABLE} set {what} where period = ? and entity_id = ? and indicator_code = ?", [*numbers, *where]
    )


def _add(
    cursor: duckdb.DuckDBPyConnection, district: str, code: str, town: str, period: str, entity: str, numerator: Decimal, denominator: Decimal
) -> None:  # fmt: skip
    cursor.execute(
        f"""insert into {_TABLE} (district_code, indicator_code, unit_id, period, entity_type, entity_id, numerator, denominator)
        values (?, ?, ?, ?, 'trial', ?, ?, ?)""",
        [district, code, town, period, entity, numerator, denominator],
    )


_KINDS = {
    "numerator": _count,
    "denominator": _count,
    "row": _row,
    "cert": _certificate,
    "close": _closing,
}

"""Which division a code, a name or an address means on a day, and what it is today; or a review case with its reason.

Public: :func:`resolve` for one text, :func:`resolve_many` for many, :func:`resolve_point` for a point, :func:`history` for one
division. The rules are dbt's
(``macros/divisions.sql``), run by :mod:`pipelines.reading.register`; here texts are only told apart from codes, and a code
without its scheme is asked in every scheme.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import pyarrow as pa

from pipelines.errors import UsageError
from pipelines.reading import fold
from pipelines.reading.register import register

NEWEST = date(9999, 12, 31)
_ASKED = (
    "ask_id", "scheme_code", "town_code", "town_name", "village_code", "village_name", "district_name", "is_ambiguous", "on_date",
)  # fmt: skip
_TEXTS = pa.schema([("ask_id", pa.string()), ("text", pa.string()), ("on_date", pa.date32())])
# of the reasons why no scheme knows a code, the one that says most comes first
_TELLING = ("before_first_record", "gone", "code_of_another_date", "code_of_another_scheme", "code_unknown")


@dataclass(frozen=True)
class Ask:
    """What stands in a row: a code with its scheme, or a name or an address, or both; ``on`` is the day of the fact.

    ``scheme``: NBS, MCA, LOCAL or PRE2013; None asks all of them. ``on`` None: the newest state of the register.
    """

    text: str = ""
    code: str = ""
    scheme: str | None = None
    on: date | None = None


@dataclass(frozen=True)
class Candidate:
    """A division that a doubtful text or point may mean: code of today (12 digits), name, metres to its seat from a point."""

    code: str
    name: str
    metres: Decimal | None = None


@dataclass(frozen=True)
class Resolution:
    """What was found. ``verdict``: resolved, town_only (village in review, town certain), outside, review or none.

    ``division_code_then`` and ``name_then`` are as of the day, ``division_code_today`` as of now (None where it is gone and
    its successor is not decided, see ``today``: current, certain, shared, review). ``how``: agree, code_only, name_only,
    name_wins … as in the macros. ``confidence``: 1 where resolved; in review one
    over the number of candidates and "none of them", 0 without candidates.
    ``why``: a code of ``ref_division_reasons``, None where nothing is odd.
    """

    ask: Ask
    level: str
    verdict: str
    how: str
    division_code_then: str | None = None
    name_then: str | None = None
    division_code_today: str | None = None
    name_today: str | None = None
    today: str | None = None
    town_code_today: str | None = None
    confidence: Decimal = Decimal(0)
    why: str | None = None
    candidates: tuple[Candidate, ...] = field(default=())


def schemes() -> list[str]:
    """Return the schemes of division codes."""
    return [r["scheme_code"] for r in _rows("from {{ ref('ref_division_schemes') }}")]


def scheme_named(name: str) -> str:
    """Return the scheme that ``name`` means in any case of its letters, also under what else it is called (amap).

    Raises:
        UsageError: no scheme is called so.

    """
    plain = name.strip().upper()
    for r in _rows("from {{ ref('ref_division_schemes') }}"):
        if plain in (r["scheme_code"], *(r["also_called"] or "").split("|")) and plain:
            return r["scheme_code"]
    called = [r["scheme_code"] + (f" ({r['also_called']})" if r["also_called"] else "") for r in _rows("from {{ ref('ref_division_schemes') }}")]  # fmt: skip
    raise UsageError(f"scheme {name}", "is not known", do=f"name one of {', '.join(called)}")


def reasons() -> dict[str, dict[str, str]]:
    """Return what each ``why`` means and what to do, in both languages."""
    return {r["why_code"]: r for r in _rows("from {{ ref('ref_division_reasons') }}")}


def resolve(text: str, scheme: str | None = None, on: date | None = None) -> Resolution:
    """Return what a code, a name or an address means on a day.

    ``text``: 6, 9 or 12 digits (15 for a grid: its village is meant), or a name, or an address that begins with names.
    ``scheme``: whose list a code stands in; a code without one is an answer only where all schemes agree.

    Raises:
        UsageError: nothing was asked, or the scheme is not known.

    """
    plain = fold(text)
    if not plain:
        raise UsageError("division", "nothing was asked for", do="give a code, a name or an address")
    if scheme is not None:
        scheme = scheme_named(scheme)
    ask = Ask(code=plain, scheme=scheme, on=on) if plain.isdigit() else Ask(text=plain, scheme=scheme, on=on)
    return resolve_many([ask])[0]


def resolve_point(lon: Decimal, lat: Decimal) -> Resolution:
    """Return the town of today in which a point of WGS-84 lies, by the outline of the district and the nearest seat.

    Towns have no polygons. ``confidence`` is 1 at a seat and 0 half-way between two; outside the district it is 1, on its border
    what the seats say. ``candidates``: the two nearest seats with their distances, where the point alone does not decide.

    Raises:
        UsageError: no place on earth.

    """
    if not (abs(lon) <= 180 and abs(lat) <= 90):
        raise UsageError(f"point {lon},{lat}", "is no place on earth", do="give longitude,latitude, as in 120.48,30.08")
    ask = Ask(text=f"{lon},{lat}")
    asked = pa.table(
        {c: pa.array([v], pa.decimal128(10, 6)) for c, v in (("lon", round(lon, 6)), ("lat", round(lat, 6)))}
    )
    (row,) = register().query("with {{ point_answers() }}", asked=asked).to_pylist()
    if row["verdict"] == "outside":
        return Resolution(
            ask, "town", "outside", "by_outline", today="outside", confidence=Decimal(1), why=row["why_code"]
        )
    if row["verdict"] == "resolved":
        town, name = row["nearest_town_id"], row["nearest_name"]
        return Resolution(
            ask, "town", "resolved", "nearest_seat", town, name, town, name, "current", town, row["confidence"]
        )
    listed = tuple(Candidate(row[f"{n}_town_id"], row[f"{n}_name"], row[f"{n}_seat_m"]) for n in ("nearest", "second"))
    return Resolution(
        ask, "town", "review", "unresolved", confidence=row["confidence"], why=row["why_code"], candidates=listed
    )


def resolve_many(asks: Iterable[Ask]) -> list[Resolution]:
    """Return one resolution per ask, in their order; a few thousand take about a second."""
    asks = list(asks)
    known = schemes()
    said = _said(asks)
    rows: list[dict[str, Any]] = []
    for i, ask in enumerate(asks):
        row = {"ask_id": str(i), "on_date": ask.on or NEWEST, "is_ambiguous": False, **said.get(i, {})}
        code = fold(ask.code)
        if len(code) == 15 or (len(code) == 12 and not code.endswith("000")):
            row["village_code"] = code[:12]
        elif code:
            row["town_code"] = code
        # twelve digits of a village stand in one list only, and a name in none
        open_scheme = "town_code" in row and ask.scheme is None
        for scheme in known if open_scheme else [ask.scheme or "NBS"]:
            rows.append({**row, "scheme_code": scheme, "ask_id": f"{i}/{scheme}" if open_scheme else str(i)})
    found: dict[int, list[Resolution]] = {}
    for answer in _answers(rows):
        i = int(answer["ask_id"].split("/")[0])
        found.setdefault(i, []).append(_resolution(asks[i], answer))
    return [_agreed(found[i]) for i in range(len(asks))]


def _said(asks: list[Ask]) -> dict[int, dict[str, Any]]:
    """Return what the texts among the asks say: names of village, town, district."""
    texts = [(str(i), fold(a.text), a.on or NEWEST) for i, a in enumerate(asks) if fold(a.text)]
    if not texts:
        return {}
    table = pa.table([list(c) for c in zip(*texts, strict=True)], schema=_TEXTS)
    parts = register().query("with {{ division_parts() }} from parts", texts=table).to_pylist()
    return {int(p.pop("ask_id")): p for p in parts}


def _answers(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if not rows:
        return []
    types = {"is_ambiguous": pa.bool_(), "on_date": pa.date32()}
    table = pa.table({c: pa.array([r.get(c) for r in rows], types.get(c, pa.string())) for c in _ASKED})
    sql = "with asked as (select * from asks), {{ division_answers() }} from answered order by ask_id"
    return register().query(sql, asks=table).to_pylist()


def _resolution(ask: Ask, row: dict[str, Any]) -> Resolution:
    listed = tuple(Candidate(*c.split(" ", 1)) for c in (row["candidate_text"] or "").split("|") if c)
    certain = row["verdict"] in {"resolved", "outside"}
    how = row["town_match"]
    if row["level_code"] == "village":
        how = row["village_match"]
    elif row["level_code"] == "district" and row["division_id"]:
        how = "name_only" if row["district_name"] else "code_only"
    return Resolution(
        ask, row["level_code"], row["verdict"], how,
        row["division_code_then"], row["name_then"],
        row["foreign_id"] if row["verdict"] == "outside" else row["today_id"], row["today_name_zh"],
        "outside" if row["verdict"] == "outside" else row["today_verdict"], row["certain_town_id"],
        Decimal(1) if certain else _share(listed),
        row["why_code"], () if certain and row["why_code"] is None else listed,
    )  # fmt: skip


def _share(listed: tuple[Candidate, ...]) -> Decimal:
    """Return what one of the candidates would be worth by chance, "none of them" counted in; 0 without candidates."""
    return (Decimal(1) / (len(listed) + 1)).quantize(Decimal("0.01")) if listed else Decimal(0)


def _agreed(found: list[Resolution]) -> Resolution:
    """Return the one answer of all schemes; review where they mean different divisions."""
    if len(found) == 1:
        return found[0]
    sure = [r for r in found if r.verdict == "resolved"]
    means = {r.division_code_today or r.division_code_then: r for r in sure}
    if len(means) == 1:
        return replace(next(iter(means.values())), how="code_in_all_schemes")
    if means:
        listed = tuple(
            Candidate(str(c), str(means[c].name_today or means[c].name_then)) for c in sorted(means, key=str)
        )
        return replace(
            sure[0], verdict="review", how="unresolved", division_code_then=None, name_then=None, division_code_today=None,
            name_today=None, today=None, town_code_today=None, confidence=_share(listed), why="no_scheme", candidates=listed,
        )  # fmt: skip
    return min(found, key=lambda r: _TELLING.index(r.why) if r.why in _TELLING else len(_TELLING))


@cache
def _rows(sql: str) -> list[dict[str, Any]]:
    return register().query(sql).to_pylist()


def history(code: str) -> list[dict[str, Any]]:
    """Return the spans of a division by its code of today (12 digits), oldest first: rows of ``dim_divisions``."""
    return [r for r in _rows("from {{ ref('dim_divisions') }} order by valid_from_date") if r["division_id"] == code]


def codes(code: str) -> list[dict[str, Any]]:
    """Return every code of a division by scheme and dates: rows of ``map_division_codes``."""
    order = "from {{ ref('map_division_codes') }} order by scheme_code, valid_from_date, division_code"
    return [r for r in _rows(order) if r["division_id"] == code]


def successors(code: str) -> list[dict[str, Any]]:
    """Return what a former division became: rows of ``map_division_successors``."""
    order = "from {{ ref('map_division_successors') }} order by valid_from_date, today_id nulls last"
    return [r for r in _rows(order) if r["division_id"] == code]

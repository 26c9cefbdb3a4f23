"""What people name when they ask: a town, a cell, a firm, a station, a rule, a landed row or a thing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipelines import periods
from pipelines.errors import UsageError
from pipelines.explain import identity, rows
from pipelines.explain.arithmetic import Row
from pipelines.release import Release


@dataclass(frozen=True)
class Target:
    """What is to be explained. ``kind``: town, cell, enterprise, item, station, rule, row or thing.

    A landed row is named by its reference, a thing by its id, with the word of its kind as ``code``.
    """

    kind: str
    unit_id: str
    code: str | None = None


def resolve(release: Release, words: Sequence[str]) -> Target:
    """Return the target that ``words`` name: 马鞍街道 | 马鞍街道 C301 | C301@330603011000 | enterprise X [E503 | EN-17] | station X [ST-02] | row REF | person ID.

    Raises:
        UsageError: nothing or several things are meant; says which there are.

    """
    given = [w.strip() for w in words if w.strip()]
    if given and given[0].lower() in ("row", "行"):
        return Target("row", " ".join(given[1:]))
    if given and given[0].lower() in rows.KINDS:
        return Target("thing", " ".join(given[1:]), given[0].lower())
    if len(given) > 1 and _KINDS.get(given[0].lower()) == "station" and _STATION_ID.fullmatch(given[1]):
        return Target("thing", given[1], "rescue_station")
    if given and "@" in given[0]:
        code, _, unit = given[0].partition("@")
        given = [unit, code, *given[1:]]
    kind = ""
    if given and given[0].lower() in _KINDS:
        kind = _KINDS[given.pop(0).lower()]
    if not given:
        raise UsageError(
            "anlan explain", "needs to know what", seen=" ".join(words) or "nothing",
            do="name a town (马鞍街道), a cell (马鞍街道 C301), 'enterprise <id|code|name> [E503|EN-17]', 'station <town> [ST-02]',"
            " 'row <landing reference>' or 'person|hazard|device|station|team|store|plan <id>'",
        )  # fmt: skip
    code = given[-1].upper() if len(given) > 1 and re.fullmatch(r"[A-Za-z]{1,2}-?\d+", given[-1]) else None
    unit = " ".join(given[:-1] if code else given)
    if kind == "enterprise" or (not kind and re.fullmatch(r"E?[0-9A-Z]{18}", unit.upper())):
        # a certification rule of a firm, or an item of its rating
        of_firm = "rule" if re.match(r"(EN|FD)-", code or "") else "item" if code else "enterprise"
        return Target(of_firm, identity.find(release, unit), code)
    town = _town_id(release, unit)
    if kind == "station" or (code or "").startswith("ST-"):
        return Target("rule" if code else "station", town, code)
    return Target("cell" if code else "town", town, code)


_KINDS = {
    "town": "town", "镇街": "town", "镇": "town", "enterprise": "enterprise", "firm": "enterprise",
    "企业": "enterprise", "station": "station", "站": "station", "站所": "station", "应急管理站": "station",
}  # fmt: skip


# our id of a station: S and the code of its town, or S- and a digest for a fire station
_STATION_ID = re.compile(r"[Ss](\d{12}|-[0-9a-f]{12})")


def _fold(text: str) -> str:
    return re.sub(r"[^0-9a-z\u4e00-\u9fff]", "", text.lower().replace("ü", "u"))


def _town_id(release: Release, unit: str) -> str:
    towns = release.rows("select town_id, town_name_zh, town_name_en from dim_towns order by town_id")
    wanted = _fold(unit)
    for town in towns:
        names = [town["town_id"], town["town_id"][:9], town["town_name_zh"], town["town_name_en"]]
        names += [re.sub("(街道|镇|乡)$", "", town["town_name_zh"])]
        if wanted and wanted in {_fold(n) for n in names if n}:
            return town["town_id"]
    raise UsageError(
        f"town {unit!r}", "is not known", seen="towns: " + ", ".join(t["town_name_zh"] for t in towns),
        do="name one of them, or write 'enterprise <id|code|name>' for a firm",
    )  # fmt: skip


def period_of(release: Release, given: str | None) -> str:
    """Return the quarter that is asked for, the release's own where none is given.

    Raises:
        UsageError: the release does not hold it.

    """
    held = [release.manifest["previous_period"], release.period]
    if given is None:
        return release.period
    periods.parse(given)
    if given not in held:
        raise UsageError(
            f"period {given}", f"is not in release {release.name}", seen=f"quarters: {', '.join(held)}",
            do="name one of them, or another release with --release",
        )  # fmt: skip
    return given


def one_row(release: Release, table: str, keys: Row, what: str, others: str) -> Row:
    """Return the one row of ``table`` with these ``keys``; ``what`` it is, and the key whose values an error lists.

    Raises:
        UsageError: there is no such row, or several.

    """
    where = " and ".join(f"{k} = ?" for k in keys)
    found = release.rows(f"select * from {table} where {where}", list(keys.values()))
    if len(found) == 1:
        return found[0]
    code = others.split()[0]
    rest = {k: v for k, v in keys.items() if k != code}
    known = release.rows(
        f"select distinct {code} as code from {table} where {' and '.join(f'{k} = ?' for k in rest)} order by 1",
        list(rest.values()),
    )  # fmt: skip
    raise UsageError(
        what, f"has {len(found) or 'no'} rows in release {release.name}",
        seen=f"{code}: {', '.join(str(k['code']) for k in known[:80]) or 'none'}", do="name one of these",
    )  # fmt: skip

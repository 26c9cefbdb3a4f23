"""The dated lists the door reads words by: the same seeds dbt builds from, so that a word has one home.

Of a word whose meaning changed the newest one is used; which town or grade a row finally has is decided in dbt,
by the dates of the lists. Divisions come from dbt's own register (:mod:`pipelines.reading.register`).
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache, lru_cache

import pyarrow as pa

from pipelines.errors import AnlanError
from pipelines.reading.register import register
from pipelines.settings import ROOT

SEEDS = ROOT / "dbt_project" / "seeds"


def rows(name: str) -> list[dict[str, str]]:
    """Return the rows of a seed.

    Raises:
        AnlanError: when there is no such seed.

    """
    path = SEEDS / f"{name}.csv"
    if not path.is_file():
        raise AnlanError(f"seed {name}", "does not exist", do="name a seed of dbt_project/seeds")
    with path.open(encoding="utf-8-sig", newline="") as f:
        return list(csv.DictReader(f))


@cache
def words(listed: str) -> dict[str, tuple[str, bool]]:
    """Return word to (meaning, whether it is the list's first word of that meaning) of one list of ``ref_words``."""
    found: dict[str, tuple[str, bool]] = {}
    seen: set[str] = set()
    # where a word's meaning changed, the newest meaning stands last
    for row in sorted(rows("ref_words"), key=lambda r: r["effective_to"]):
        if row["list_code"] == listed:
            found[row["word"]] = (row["meaning_code"], row["meaning_code"] not in seen)
            seen.add(row["meaning_code"])
    if not found:
        raise AnlanError(f"word list {listed}", "has no rows in ref_words", do="add its words, with their dates")
    return found


@cache
def factors(kind: str) -> dict[str, tuple[int, int]]:
    """Return each unit of ``kind`` (money, area, mass) and how many base units it holds, as numerator and denominator."""
    return {
        row["unit_word"]: (int(row["factor_numerator"]), int(row["factor_denominator"]))
        for row in rows("ref_unit_factors")
        if row["quantity_kind"] == kind and row["supply_code"] == "all"
    }


@dataclass(frozen=True)
class Villages:
    """Village names of today to their codes, names of villages that are gone, and other forms with their kind."""

    official: dict[str, str]
    gone: frozenset[str]
    forms: dict[str, tuple[str, str]]


@cache
def villages() -> Villages:
    """Return the villages of the register: a form counts where it means one village of the whole district."""
    found = register().query(
        "select name_key, form_code, division_id from {{ ref('map_village_names') }} "
        "where within_town_id = '' and valid_to_date = date '9999-12-31'"
    )
    names = register().query(
        "select name_zh, division_id, is_current, ended_code from {{ ref('dim_divisions') }} where level_code = 'village'"
    )
    spans = names.to_pylist()
    official = {s["name_zh"]: s["division_id"] for s in spans if s["is_current"]}
    gone = frozenset(s["name_zh"] for s in spans if s["ended_code"] == "gone" and s["name_zh"] not in official)
    return Villages(official, gone, {r["name_key"]: (r["division_id"], r["form_code"]) for r in found.to_pylist()})


@dataclass(frozen=True)
class Towns:
    """Town names of any date to today's town, and code by scheme to the towns it has meant."""

    names: dict[str, str]
    codes: dict[tuple[str, str], set[str]]
    current: dict[tuple[str, str], str]
    foreign: frozenset[str]


@cache
def towns() -> Towns:
    """Return the towns of the register by the key of their names, and by scheme and code."""
    names = register().query("from {{ ref('map_town_names') }}").to_pylist()
    outside = register().query(
        "select distinct name_key from {{ ref('map_division_names') }} where level_code = 'outside'"
    )
    codes: dict[tuple[str, str], set[str]] = {}
    current: dict[tuple[str, str], str] = {}
    for row in register().query("from {{ ref('map_division_codes') }} where level_code = 'town'").to_pylist():
        key = (row["scheme_code"], row["division_code"])
        codes.setdefault(key, set()).add(row["town_id"])
        if row["valid_to_date"].year == 9999:
            current[key] = row["town_id"]
    return Towns(
        {n["name_key"]: n["town_id"] for n in names}, codes, current, frozenset(outside.column("name_key").to_pylist())
    )


@lru_cache(maxsize=4096)
def town_key(name: str) -> str:
    """Return the key under which a town's name is looked up, as dbt's macro makes it."""
    one = pa.table({"name": pa.array([name], pa.string())})
    return register().query("select {{ town_name_key('name') }} as name_key from one", one=one).column(0)[0].as_py()

"""The dated lists the door reads words by: the same seeds dbt builds from, so that a word has one home.

Of a word whose meaning changed the newest one is used; which town or grade a row finally has is decided in dbt,
by the dates of the lists.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache

from pipelines.errors import AnlanError
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
    """Village names: official ones, ones that are gone, and stems with kind (None where two share one)."""

    official: dict[str, str]
    gone: dict[str, str]
    by_key: dict[tuple[str, str | None], str | None]


@cache
def villages() -> Villages:
    """Return the villages of the division seeds."""
    from pipelines.reading.texts import village_key

    official, by_key = {}, {}
    for row in rows("ref_divisions"):
        if row["level_code"] == "village":
            official[row["name_zh"]] = row["division_code"]
    renamed, gone = {}, {}
    for row in rows("ref_village_history"):
        if row["change_code"] == "removed":
            gone[row["old_name_zh"]] = row["division_code"]
        elif row["old_name_zh"] and row["new_name_zh"] in official:
            renamed[row["old_name_zh"]] = official[row["new_name_zh"]]
    for name, code in [*official.items(), *renamed.items()]:
        key = village_key(name)
        by_key[key] = code if by_key.get(key, code) == code else None
    gone = {n: c for n, c in gone.items() if n not in official}
    return Villages(official, gone, by_key)


@dataclass(frozen=True)
class Towns:
    """Town names of any date to today's town, and code by scheme to the towns it has meant."""

    names: dict[str, str]
    codes: dict[tuple[str, str], set[str]]
    current: dict[tuple[str, str], str]
    foreign: frozenset[str]


@cache
def towns() -> Towns:
    """Return the towns of ``ref_division_codes`` by name and by scheme and code."""
    names: dict[str, set[str]] = {}
    codes: dict[tuple[str, str], set[str]] = {}
    current: dict[tuple[str, str], str] = {}
    foreign = set()
    for row in rows("ref_division_codes"):
        town = row["town_id"] if row["successor_kind"] == "town" else ""
        if not town:
            foreign.add(row["name_zh"])
            continue
        for name in {row["name_zh"], row["name_zh"].removesuffix("街道").removesuffix("镇")}:
            names.setdefault(name, set()).add(town)
        codes.setdefault((row["scheme_code"], row["division_code"]), set()).add(town)
        if row["valid_to_date"] == "9999-12-31":
            current[row["scheme_code"], row["division_code"]] = town
    return Towns(
        {n: next(iter(t)) for n, t in names.items() if len(t) == 1}, codes, current, frozenset(foreign - names.keys())
    )

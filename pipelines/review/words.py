"""What the fields, levels, tables and coded values of a case are called, for the desk, the workbook and ``anlan explain``.

Fields, levels and codes have their words in ``words.yaml``; tables and departments have theirs in the contracts.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml

from pipelines.contract import all_contracts

#: Fields whose values are codes: field to the family of the words.
CODED = {
    "silo": "silo", "role_code": "role", "device_type": "device", "level_code": "plan_level", "class_code": "team_class",
    "kind_code": "station_kind",
}  # fmt: skip


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """Return key to {zh, en}: ``field.…``, ``level.…``, families of codes, ``silo.<silo>``, ``table.<silo>.<table>``."""
    found: dict[str, dict[str, str]] = yaml.safe_load(
        (Path(__file__).parent / "words.yaml").read_text(encoding="utf-8")
    )
    for contract in all_contracts():
        found[f"silo.{contract.silo}"] = {"zh": contract.zh, "en": contract.en}
        for name, table in contract.tables.items():
            found[f"table.{contract.silo}.{name}"] = {"zh": table.zh, "en": table.en}
    return found


def has(family: str, code: str) -> bool:
    """Tell whether there are words for a code."""
    return f"{family}.{code}" in catalogue()


def word(lang: str, family: str, code: str) -> str:
    """Return the words of a code, in Chinese or English; a code without words is shown as it stands."""
    entry = catalogue().get(f"{family}.{code}")
    return entry[lang] if entry else code


def table(lang: str, silo: str, name: str) -> str:
    """Return a department's table in words."""
    return word(lang, "table", f"{silo}.{name}") if has("table", f"{silo}.{name}") else word(lang, "field", name)


def value(lang: str, name: str, text: str) -> str:
    """Return a value of field ``name`` as people read it: codes in words, all else as it stands."""
    return word(lang, CODED[name], text) if name in CODED else text


def both(family: str, code: str) -> str:
    """Return Chinese and English side by side, for a sheet that has no language of its own."""
    one, other = word("zh", family, code), word("en", family, code)
    return one if one == other else f"{one} {other}"

"""The page that shows feature → silo → table → output: what the assessment was asked for, and where its data lands.

The features are the seed ``ref_features``; which table lands which is the contracts' word (``features:``). Nothing
is decided here; ``tests/house`` fails where a feature has no table in a department that owns it.
"""

from __future__ import annotations

import csv
from collections import defaultdict

from pipelines.contract import Contract, Table
from pipelines.settings import ROOT

SEED = ROOT / "dbt_project" / "seeds" / "ref_features.csv"
ALL = "all"
ENOUGH_OF_ALL = 3
OUTPUTS = {
    "T": ("镇街得分", "town score"),
    "D": ("部门得分", "department score"),
    "C": ("持证缺口", "certification gaps"),
    "E": ("企业评级", "enterprise rating"),
    "H": ("隐患闭环", "hazard loop"),
    "R": ("15分钟救援圈", "15-minute circle"),
    "M": ("物资", "supplies"),
    "P": ("预案演练", "plans and drills"),
    "S": ("社会力量", "social forces"),
    "I": ("数据集成", "data integration"),
}


def features() -> list[dict[str, str]]:
    """Return the features in their order: ``feature_no``, names, ``owner_departments``, ``outputs``."""
    with SEED.open(encoding="utf-8") as f:
        return list(csv.DictReader(f))


def landed(contracts: list[Contract]) -> dict[str, dict[str, list[Table]]]:
    """Return feature → department code → the tables that land it, of the demo's contracts."""
    found: dict[str, dict[str, list[Table]]] = defaultdict(lambda: defaultdict(list))
    for contract in contracts:
        if contract.profile == "demo":
            for table in contract.tables.values():
                for feature in table.features:
                    found[feature][contract.department].append(table)
    return found


def orphans(contracts: list[Contract], asked: list[dict[str, str]] | None = None) -> list[str]:
    """Return what is missing, one line per feature and department that owns it and lands nothing for it."""
    found, missing = landed(contracts), []
    for row in asked if asked is not None else features():
        number, owners = row["feature_no"], row["owner_departments"].split(",")
        here = {d for d, tables in found.get(number, {}).items() if tables}
        if owners == [ALL]:
            if len(here) < ENOUGH_OF_ALL:
                missing.append(f"{number} {row['name_zh']}: {len(here)} departments land it, {ENOUGH_OF_ALL} must")
        else:
            missing += [f"{number} {row['name_zh']}: {d} lands nothing for it" for d in owners if d not in here]
    return missing


def unknown(contracts: list[Contract], asked: list[dict[str, str]] | None = None) -> list[str]:
    """Return the tables that name a feature nobody asked for."""
    known = {row["feature_no"] for row in (asked if asked is not None else features())}
    return [f"{t.id}: {f}" for c in contracts for t in c.tables.values() for f in t.features if f not in known]


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def page(contracts: list[Contract]) -> str:
    """Return ``docs/features.md``."""
    found, silos = landed(contracts), {c.department: c for c in contracts if c.profile == "demo"}
    rows = features()
    tables = sum(len(c.tables) for c in silos.values())
    letters = " · ".join(f"{k} {zh} {en}" for k, (zh, en) in OUTPUTS.items())
    lines = [
        "# 功能与数据 · Features and where their data lands",
        "",
        "<!-- made by `anlan docs` from ref_features.csv and the contracts; do not edit -->",
        "",
        f"{len(rows)} 项功能，{len(silos)} 个部门，{tables} 张落地表。"
        f"{len(rows)} features, {len(silos)} departments, {tables} landing tables.",
        "",
        f"产出 outputs: {letters}",
        "",
        "| 编号 no. | 功能 feature | 责任部门 owners | 部门：落地表 silo: landing tables | 产出 outputs |",
        "|---|---|---|---|---|",
    ]
    for row in rows:
        by_department = found.get(row["feature_no"], {})
        where = "<br>".join(
            f"{silos[d].zh} {silos[d].en}: " + ", ".join(f"[`{t.name}`](silos/{t.silo}.md)" for t in tables)
            for d, tables in sorted(by_department.items())
        )
        owners = "各部门 all" if row["owner_departments"] == ALL else row["owner_departments"].replace(",", " ")
        lines.append(
            f"| {row['feature_no']} | {_cell(row['name_zh'])} · {_cell(row['name_en'])} | {owners} | {where} "
            f"| {row['outputs'].replace(',', ' ')} |"
        )
    notes = [
        f"* `{t.id}`: {t.raw['feature_note']['zh']} {t.raw['feature_note']['en']}"
        for c in silos.values()
        for t in c.tables.values()
        if t.raw.get("feature_note")
    ]
    return "\n".join([*lines, "", "## 说明 · Notes", "", *notes]) + "\n"

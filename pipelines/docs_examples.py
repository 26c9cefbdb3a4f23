"""Worked examples of the pages: dbt unit tests as tables. What they say dbt has checked; nothing here computes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Any

import yaml

from pipelines.settings import ROOT

MODELS = ROOT / "dbt_project" / "models"


def cell(value: Any) -> str:
    """Return a value as it stands in a cell of a Markdown table."""
    if value is None:
        return "*null*"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return text.replace("|", "\\|").replace("\n", " ")


def table_lines(heads: Iterable[str], rows: Iterable[Iterable[Any]]) -> list[str]:
    """Return a Markdown table as lines."""
    heads = list(heads)
    lines = [f"| {' | '.join(heads)} |", "|" + "---|" * len(heads)]
    return lines + [f"| {' | '.join(cell(v) for v in row)} |" for row in rows]


@cache
def _written(kind: str) -> dict[str, list[dict[str, Any]]]:
    """Return what the YAML files of the models hold: ``models`` by name, ``unit_tests`` by model."""
    found: dict[str, list[dict[str, Any]]] = {}
    for path in sorted(MODELS.rglob("*.yml")):
        for entry in (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get(kind) or []:
            found.setdefault(entry["model" if kind == "unit_tests" else "name"], []).append(entry)
    return found


def described(model: str) -> tuple[str, str]:
    """Return what a model says of its rows, in Chinese (``config.meta.zh``) and in English."""
    said = _written("models")[model][0]
    return said.get("config", {}).get("meta", {}).get("zh", ""), said.get("description", "")


def _given(source: dict[str, Any]) -> list[str]:
    name = re.sub(r"^ref\('(.*)'\)$", r"\1", str(source["input"]))
    rows = source.get("rows")
    lines = ["", f"`{name}`", ""]
    # dbt reads a seed itself where a test gives no rows of it; an empty list is no rows
    if rows is None or (isinstance(rows, str) and re.fullmatch(r"select \* from method\.\w+", rows.strip())):
        return [*lines, "方法表原样 · the method table as it stands"]
    if isinstance(rows, str):
        return [*lines, "```sql", rows.rstrip(), "```"]
    if not rows:
        return [*lines, "无行 · no rows"]
    heads = list(dict.fromkeys(k for row in rows for k in row))
    return [*lines, *table_lines([f"`{h}`" for h in heads], [[row.get(h, "") for h in heads] for row in rows])]


def _example(test: dict[str, Any]) -> list[str]:
    lines = [f"### `{test['name']}`", ""]
    if test.get("description"):
        lines += [str(test["description"]).strip(), ""]
    lines += ["**给定 · given**"]
    for source in test.get("given") or []:
        lines += _given(source)
    lines += ["", "**得出 · expected**"]
    lines += _given({"input": test["model"], "rows": test["expect"].get("rows", [])})
    return [*lines, ""]


def examples_of(*models: str) -> list[str]:
    """Return the dbt unit tests of models as the last section of a page."""
    lines = ["## 算例 · Worked examples", ""]
    tests = [t for m in models for t in _written("unit_tests").get(m, [])]
    if not tests:
        return [*lines, "没有规则文件，也没有算例 · no rule file, and no example"]
    lines += ["每个算例都由 dbt 核对过 · dbt checks each of these.", ""]
    return lines + [line for t in tests for line in _example(t)]

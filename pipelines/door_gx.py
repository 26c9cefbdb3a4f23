"""The landing door as Great Expectations sees it: the same rules, one batch as a pandas frame.

The SQL pass of :mod:`pipelines.door` decides, because it costs a fraction of the time and memory
(docs/adr/0003); this is the second opinion that keeps it honest. It shares with the first only the suite.
What the contract promises (required, readable) is judged here from the raw text in Python, not in SQL.

Great Expectations is imported inside functions: its first import takes seconds.
"""

from __future__ import annotations

import os
from typing import Any

import pandas as pd

from pipelines.contract import Column, Table
from pipelines.door import Rule
from pipelines.errors import AnlanError
from pipelines.reading import fold, tokens

_ROW = "_position"


def _given(column: Column, raw: pd.Series) -> pd.Series:
    """Return True where the raw text says something, by the contract's own list of empty words."""
    empty = set(tokens(column))
    return raw.map(lambda v: isinstance(v, str) and fold_lightly(v) not in empty)


def fold_lightly(text: str) -> str:
    """Return ``text`` without hidden characters and blanks; only full-width forms are folded."""
    return "".join(
        fold(c) if "\uff01" <= c <= "\uff5e" else " " if c in "\u3000\u00a0" else c for c in strip(text)
    ).strip(" ")


def strip(text: str) -> str:
    """Return ``text`` without control and zero-width characters."""
    hidden = {*map(chr, range(0x20)), "\x7f", *map(chr, range(0x200B, 0x2010)), "\u2060", "\ufeff"}
    return "".join(c for c in text if c not in hidden)


def validate(
    table: Table, rules: list[Rule], frame: pd.DataFrame, facts: pd.DataFrame | None = None
) -> dict[str, set[int]]:
    """Return, for every rule, the positions (0-based) of the rows that break it.

    Row rules judge ``frame``; batch rules judge ``facts``, one row per batch with the facts of
    :mod:`pipelines.door_batch` as columns. Without ``facts`` the batch rules are left out.

    ``frame``: one row per landed row with the columns of ``rows.parquet`` (raw as ``<c>_text``, read as ``<c>``)
    and ``_fault``. An expectation that raises is an error, never a pass.
    """
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    import great_expectations as gx
    from great_expectations.core import ExpectationSuite
    from great_expectations.expectations.registry import get_expectation_impl

    data = frame.reset_index(drop=True).copy()
    data[_ROW] = range(len(data))
    expectations = []
    for rule in rules:
        if rule.scope != "row":
            if facts is not None:
                asked = {k: v for k, v in rule.kwargs.items() if v is not None and k != "severity"}
                asked["column"] = f"_fact_{rule.kwargs['column']}"
                expectations.append(get_expectation_impl(rule.kind)(**asked, meta={"rule": rule.name}))
            continue
        kind, kwargs = rule.kind, {k: v for k, v in rule.kwargs.items() if k != "severity"}
        if kind in {"required", "reads", "known"}:
            column = table.columns[str(rule.column)]
            # of a person only the mask says whether anything was given: the raw text is in the vault
            said = (
                data[f"{column.name}_mask"].notna()
                if column.is_personal
                else _given(column, data[f"{column.name}_text"])
            )
            given, value = said, data[f"{column.name}_code" if kind == "known" else column.name].notna()
            name = f"_{kind}_{column.name}"
            data[name] = (given | value) if kind == "required" else (~given | value)
            kind, kwargs = "expect_column_values_to_be_in_set", {"column": name, "value_set": [True]}
        elif kind == "shape":
            kind, kwargs = "expect_column_values_to_be_null", {"column": "_fault"}
        elif kind == "key":
            by = list(table.key)
            first = data.groupby(by, dropna=False)["_row_hash"].transform("first")
            data["_same_as_first"] = (data["_row_hash"] == first) | data[by].isna().any(axis=1)
            kind, kwargs = "expect_column_values_to_be_in_set", {"column": "_same_as_first", "value_set": [True]}
        expectations.append(get_expectation_impl(kind)(**kwargs, meta={"rule": rule.name}))
    of_rows, rows = {r.name for r in rules if r.scope == "row"}, len(data)
    if facts is not None:
        # one validation for both: the expectations cost more than the rows
        data = data.reindex(range(max(rows, len(facts))))
        data[_ROW] = range(len(data))
        data = pd.concat([data, facts.add_prefix("_fact_").reindex(data.index)], axis=1)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}  # type: ignore[assignment]
    batch = (
        context.data_sources.add_pandas("door").add_dataframe_asset("batch").add_batch_definition_whole_dataframe("all")
    )
    found: dict[str, set[int]] = {}
    outcome: Any = batch.get_batch({"dataframe": data}).validate(
        ExpectationSuite(name=f"{table.silo}.{table.name}", expectations=expectations),
        result_format={"result_format": "COMPLETE", "unexpected_index_column_names": [_ROW]},
    )
    for result in outcome.results:
        rule_name = result.expectation_config.meta["rule"]
        if result.exception_info and result.exception_info.get("raised_exception"):
            raise AnlanError(f"{table.id} {rule_name}", "Great Expectations raised", str(result.exception_info)[:300])
        listed = (result.result or {}).get("unexpected_index_list") or []
        found[rule_name] = {int(entry[_ROW]) for entry in listed}
        if rule_name in of_rows:
            found[rule_name] = {at for at in found[rule_name] if at < rows}
    return found

"""The interval of every rank in a what-if: the draws of :mod:`rank_step` on the cells as tried, published as the marts do."""

from __future__ import annotations

from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from pipelines.analysis import rank_step

# of departments a what-if knows nothing
STAND_INS = """
create table trial_no_departments (district_code varchar, department varchar, period varchar, indicator_code varchar, value double, score double);
create table trial_no_department_rules (
    method_version varchar, kind varchar, indicator_code varchar, l1_code varchar, direction varchar, weight_l1 double, weight_l3 double,
    floor_value double, target_value double
);
"""
NAMES = {"int_department_cells": "trial_no_departments", "method_department_indicators": "trial_no_department_rules"}


def ranges(
    cursor: duckdb.DuckDBPyConnection, cells: str, scores: list[dict[str, Any]], period: str, method_version: str
) -> dict[str, tuple[int, int]]:
    """Return town -> the best and the worst rank of the interval. ``cells``: the SQL of ``int_rank_cells``; empty where no draws are fixed."""
    asked = "select parameter_code, value from method_parameters where method_version = ?"
    parameters = cursor.sql(asked, params=[method_version]).to_arrow_table()
    fixed = dict(zip(*(parameters.column(n).to_pylist() for n in ("parameter_code", "value")), strict=True))
    rated = [r for r in scores if r["score_status"] == "rated"]
    if "rank_draw_count" not in fixed or not rated:
        return {}
    units = pa.table(
        {
            "system": ["town"] * len(rated),
            "district_code": [r["district_code"] for r in rated],
            "unit_id": [r["town_id"] for r in rated],
            "period": [period] * len(rated),
            "rank_group": ["all"] * len(rated),
            "adjustment": [r["bonus_points"] - r["deduction_points"] for r in rated],
        }
    )
    weighed = cursor.sql(f"select * from ({cells}) where period = ?", params=[period]).to_arrow_table()
    ends = [100 * float(fixed[c]) for c in ("rank_interval_low", "rank_interval_high")]
    found = {}
    for quarter, base, _ in rank_step.drawn(weighed, units, parameters):
        # the marts rank by nine decimals of each draw
        low, high = np.percentile(quarter.ranks(np.round(base, 9)), ends, axis=0, method="inverted_cdf")
        found |= {n: (int(a), int(b)) for n, a, b in zip(quarter.unit, low, high, strict=True)}
    return found

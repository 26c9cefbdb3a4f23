"""Figures count what has landed and name the one that cannot be computed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines import contract as contracts
from pipelines.errors import AnlanError
from pipelines.figures import figures


def contract(named: dict[str, str]) -> contracts.Contract:
    column = {"source": "a", "type": "decimal(9,2)", "zh": "甲", "en": "A"}
    raw: dict[str, Any] = {
        "silo": "s", "profile": "real", "contract_version": 1, "department": "ZF", "name": {"zh": "甲", "en": "A"},
        "owner": {}, "purpose": {}, "protocol": "files", "cadence": "once", "grace_days": 1, "time_zone": "UTC",
        "crs": "none", "licence": {},
        "tables": {"t": {"source": {}, "load": "snapshot", "key": [], "columns": {"a": column}, "figures": named}},
    }  # fmt: skip
    return contracts.parse(raw, "test")


@pytest.fixture
def landing(tmp_path: Path) -> Path:
    batch = tmp_path / "s" / "t" / "district_code=330603" / "batch=000001-ab"
    batch.mkdir(parents=True)
    rows = pa.table(
        {
            "a": pa.array([Decimal("1.50"), Decimal("2.50"), None], pa.decimal128(9, 2)),
            "d": [date(2026, 7, 1), date(2026, 7, 2), None],
            "_verdict": ["accepted", "duplicate", "rejected"],
        }
    )
    pq.write_table(rows, batch / "rows.parquet")
    return tmp_path


def test_aggregates_and_whole_queries_are_plain_values(landing: Path) -> None:
    named = {
        "rows": "count(*)",
        "total": "sum(a)",
        "days": "[min(d), max(d)]",
        "accepted": "select count(*) from accepted",
        "by_verdict": "histogram(_verdict)",
    }
    assert figures(contract(named), landing) == {
        "t.rows": 3,
        "t.total": 4,
        "t.days": ["2026-07-01", "2026-07-02"],
        "t.accepted": 1,
        "t.by_verdict": {"accepted": 1, "duplicate": 1, "rejected": 1},
    }


def test_a_figure_that_does_not_run_is_named(landing: Path) -> None:
    with pytest.raises(AnlanError, match=r"s/t: figure 'bad' cannot be computed"):
        figures(contract({"bad": "sum(no_such_column)"}), landing)


def test_a_table_without_batches_has_no_figures(tmp_path: Path) -> None:
    assert figures(contract({"rows": "count(*)"}), tmp_path) == {}

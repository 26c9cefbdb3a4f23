"""How dbt is called: models in their place, one parse for all homes, a log without details."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from pipelines import parsed, periods, warehouse
from pipelines.settings import Settings


def built(settings: Settings, *models: str) -> None:
    said = json.dumps(warehouse.variables(settings, periods.with_previous("2026Q3")))
    result = warehouse.invoke(settings, ["run", "--vars", said, "--select", *models])
    assert result.success, [r.message for r in result.result]


def kinds(settings: Settings) -> dict[str, str]:
    with duckdb.connect(str(settings.warehouse_file), read_only=True) as con:
        return dict(con.execute("select table_name, table_type from information_schema.tables").fetchall())


def test_a_model_takes_the_place_of_what_had_its_name_whatever_kind_that_was(tmp_path: Path) -> None:
    settings = Settings(tmp_path)
    settings.warehouse.mkdir()
    with duckdb.connect(str(settings.warehouse_file)) as con:
        con.execute("create schema core; create view core.dim_periods as select 1 as old")
    for _ in range(2):
        built(settings, "dim_periods")
        assert kinds(settings) == {"dim_periods": "BASE TABLE"}, "and nothing lies beside it"
    with duckdb.connect(str(settings.warehouse_file), read_only=True) as con:
        assert con.execute("select period from core.dim_periods order by 1").fetchall() == [("2026Q2",), ("2026Q3",)]


def test_another_home_does_not_parse_again_and_its_log_has_no_details(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    warehouse.manifest(Settings(tmp_path / "one"))
    asked = []
    monkeypatch.setattr(parsed.Parsed, "_forget_old", lambda self: asked.append(self))  # called after each parse
    settings = Settings(tmp_path / "other")
    built(settings, "dim_periods")
    assert asked == []
    log = (settings.warehouse / "logs" / "dbt.log").read_text(encoding="utf-8")
    assert "Completed successfully" in log
    assert "[debug]" not in log

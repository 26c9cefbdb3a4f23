"""The step between two runs of dbt: what it leaves, when it does nothing, and what it refuses."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.analysis.linkage import registry, step, tables
from pipelines.errors import AnlanError
from pipelines.review import decisions
from pipelines.settings import Settings

DAY = date(2026, 9, 30)
LINKER = registry.Linker("thing", "fct_thing_records", f"{__name__}:by_code")
SEEN: list[tuple] = []


def by_code(records: pa.Table, decided, limits, previous) -> registry.Linked:
    """Link what has one code, as a real linker would return it: floats, no district, any order."""
    SEEN.append((decided, limits, previous))
    rows = sorted(records.to_pylist(), key=lambda r: r["record_id"], reverse=True)
    links = {
        "record_id": [r["record_id"] for r in rows], "cluster_id": [r["code"] for r in rows], "how": ["key"] * len(rows),
        "probability": [0.99999999] * len(rows), "reason": ["code"] * len(rows), "model_version": ["v1"] * len(rows),
    }  # fmt: skip
    return registry.Linked(pa.table(links), tables.PAIRS.empty_table(), {"model_version": "v1"})


@pytest.fixture
def settings(tmp_path: Path, monkeypatch) -> Settings:
    made = Settings.load(home=tmp_path)
    fill(made)
    SEEN.clear()
    monkeypatch.setattr(registry.Linker, "load", lambda self: by_code)
    return made


def fill(settings: Settings, rows: str = "('r1', 'A'), ('r2', 'A'), ('r3', 'B')", columns: str = "") -> None:
    settings.warehouse.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(settings.warehouse_file)) as con:
        con.execute("create schema if not exists core; create schema if not exists method")
        con.execute(
            "create or replace table method.method_link_thresholds as select * from (values "
            "('any', 'match', 0.92::decimal(18,6), date '2022-01-01', date '9999-12-31'), "
            "('thing', 'match', 0.95, date '2022-01-01', date '2026-12-31'), "
            "('thing', 'match', 0.97, date '2027-01-01', date '9999-12-31'), "
            "('any', 'review', 0.75, date '2022-01-01', date '9999-12-31')) "
            "as t(entity_type, parameter_code, value, effective_from, effective_to)"
        )
        con.execute(
            "create or replace table core.fct_thing_records as select '330603' as district_code, record_id, "
            "'thing' as entity_type, 'police' as silo, 'things' as table_name, 'ref' as landing_ref, "
            f"date '2026-09-01' as seen_date, record_id as label, {columns or chr(39) + '{}' + chr(39) + ' as shown'}, code "
            f"from (values {rows}) as t(record_id, code)"
        )


def run(settings: Settings, **kwargs) -> step.Done:
    return step.run(settings, kwargs.pop("day", DAY), [LINKER], **kwargs)[0]


def test_tables_have_one_form_and_are_there_when_empty(settings):
    done = run(settings)
    assert (done.skipped, done.counts["records"], done.counts["clusters"]) == (False, 3, 2)
    folder = settings.linkage / "thing"
    for name, schema in tables.TABLES.items():
        assert pq.read_schema(folder / f"{name}.parquet").equals(schema)
    links = pq.read_table(folder / "links.parquet").to_pylist()
    assert [r["record_id"] for r in links] == ["r1", "r2", "r3"]
    assert {(r["district_code"], r["entity_type"], str(r["probability"])) for r in links} == {
        ("330603", "thing", "1.000000")
    }
    assert json.loads((folder / "model.json").read_text())["model_version"] == "v1"
    assert not list(folder.glob(".*"))


def test_nothing_new_is_not_linked_again_and_every_input_counts(settings):
    run(settings)
    assert run(settings).skipped
    fill(settings, "('r3', 'B'), ('r2', 'A'), ('r1', 'A')")
    assert run(settings).skipped, "the order of rows is nothing new"
    fill(settings, "('r3', 'B'), ('r2', 'B'), ('r1', 'A')")
    assert not run(settings).skipped, "a record changed"
    assert not run(settings, day=date(2027, 1, 31)).skipped, "other thresholds are in force"
    assert run(settings, day=date(2027, 1, 31)).skipped
    decisions.append(settings, [decisions.make("thing", "r1", "r2", "same", who="x", why="y", source="cli")])
    assert not run(settings, day=date(2027, 1, 31)).skipped, "somebody decided"
    (settings.linkage / "thing" / "pairs.parquet").unlink()
    assert not run(settings, day=date(2027, 1, 31)).skipped, "a table is gone"
    assert not run(settings, day=date(2027, 1, 31), force=True).skipped


def test_a_linker_gets_thresholds_of_the_day_decisions_that_hold_and_its_last_result(settings):
    run(settings)
    decisions.append(
        settings,
        [
            decisions.make("thing", "r2", "r1", "different", who="x", why="y", source="cli"),
            decisions.make("thing", "r1", "r3", "unsure", who="x", why="y", source="cli"),
            decisions.make("person", "r1", "r3", "same", who="x", why="y", source="cli"),
        ],
    )
    run(settings)
    decided, limits, previous = SEEN[-1]
    assert decided == {("r1", "r2"): "different"}
    assert {k: str(v) for k, v in limits.items()} == {"match": "0.950000", "review": "0.750000"}
    assert SEEN[0][2] is None
    assert previous.links.num_rows == 3


def test_a_killed_run_is_done_again(settings, monkeypatch):
    run(settings)
    fill(settings, "('r1', 'A')")
    monkeypatch.setattr(tables, "write", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        run(settings)
    monkeypatch.undo()
    monkeypatch.setattr(registry.Linker, "load", lambda self: by_code)
    assert not run(settings).skipped


def test_versions_say_what_a_release_was_made_from(settings):
    assert step.versions(settings) == {}
    run(settings)
    found = step.versions(settings)["thing"]
    assert found["model_version"] == "v1"
    assert set(found) == {"model_version", "code", "decisions", "records", "thresholds"}


def test_wrong_records_and_wrong_tables_are_named(settings, monkeypatch):
    fill(settings, "('r1', 'A'), ('r1', 'B')")
    with pytest.raises(AnlanError, match="holds a record twice"):
        run(settings)
    fill(settings, columns="1 as other")
    with pytest.raises(AnlanError, match="lacks columns"):
        run(settings)
    with pytest.raises(AnlanError, match="has no record model"):
        step.run(settings, DAY, [registry.Linker("other", "fct_other_records", "x:y")])
    fill(settings)
    short = registry.Linked(pa.table({"record_id": ["r1"]}), tables.PAIRS.empty_table(), {"model_version": "v1"})
    monkeypatch.setattr(registry.Linker, "load", lambda self: lambda *_: short)
    with pytest.raises(AnlanError, match="links have another form"):
        run(settings)


def test_no_linkers_no_work(settings):
    assert step.run(settings, DAY, []) == []

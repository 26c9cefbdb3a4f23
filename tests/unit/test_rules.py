from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import duckdb
import pytest

from pipelines import parsed, rules, warehouse
from pipelines.errors import AnlanError, UsageError
from pipelines.periods import with_previous
from pipelines.settings import Settings

SEEDS = parsed.PROJECT / "seeds"
NOW = with_previous("2026Q3")


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    """The seeds of the project, to be spoiled."""
    return Path(shutil.copytree(SEEDS, tmp_path / "seeds"))


def spoil(path: Path, find: str, **changed: str) -> int:
    """Change columns of the first row that has ``find`` in it, or add such a row after it; return its line."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    at = next(n for n, row in enumerate(rows) if find in row.values())
    added = changed.pop("added", "")
    if added:
        rows.insert(at + 1, dict(rows[at]))
        at += 1
    rows[at] |= changed
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return at + 2


def test_the_rules_of_the_project_contradict_nobody_and_hold_in_every_quarter_of_the_demo() -> None:
    for code in ("2022Q4", "2025Q4", "2026Q3"):
        rules.check(SEEDS, with_previous(code))


def test_every_dated_seed_says_what_makes_two_rows_one_rule() -> None:
    dated = {p.stem for p in SEEDS.glob("*.csv") if "effective_from" in p.read_text(encoding="utf-8").split("\n")[0]}
    assert len(dated) > 50
    assert dated == set(rules.keys(SEEDS))


@pytest.mark.parametrize(
    ("table", "find", "key"),
    [
        ("method_town_indicators", "B201", "indicator_code=B201"),
        ("method_hazard_sla", "12", "rule_number=12"),
        ("method_cert_rules", "ST-02", "rule_id=ST-02"),
        ("method_road_speeds", "expressway", "scenario_code=usual, class_code=expressway"),
    ],
)
def test_two_rows_of_one_rule_on_the_same_day_are_refused_with_file_and_lines(
    seeds: Path, table: str, find: str, key: str
) -> None:
    line = spoil(seeds / f"{table}.csv", find, added="yes", effective_from="2026-07-01")
    with pytest.raises(AnlanError) as told:
        rules.check(seeds, NOW)
    assert told.value.where.startswith(f"{table}.csv line ")
    assert "same day" in told.value.what
    assert key in told.value.seen
    assert f"2026-07-01 to 9999-12-31 (line {line})" in told.value.seen
    assert "effective_to" in told.value.do


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        ({"effective_from": "2026/1/1"}, "effective_from is no date"),
        ({"effective_to": ""}, "effective_to is no date"),
        ({"effective_from": "2026-07-01", "effective_to": "2026-06-30"}, "ends before it begins"),
    ],
)
def test_a_rule_without_two_dates_in_order_is_refused(seeds: Path, changed: dict[str, str], what: str) -> None:
    spoil(seeds / "method_grades.csv", "department", **changed)
    with pytest.raises(AnlanError, match=what) as told:
        rules.check(seeds, NOW)
    assert "method_grades.csv line" in told.value.where


def test_a_quarter_before_the_method_is_refused_and_named() -> None:
    with pytest.raises(UsageError, match="no rules") as told:
        rules.check(SEEDS, with_previous("2021Q4"))
    assert told.value.where == "2021Q4"
    assert "2022-01-01" in told.value.seen


def test_nothing_is_built_while_rules_contradict(seeds: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spoil(seeds / "method_cert_rules.csv", "ST-02", added="yes", effective_from="2026-07-01")
    for name in ("dbt_project.yml", "profiles.yml"):
        shutil.copy(parsed.PROJECT / name, tmp_path)
    monkeypatch.setattr(parsed, "PROJECT", tmp_path)
    monkeypatch.setattr(warehouse, "invoke", lambda *given: pytest.fail("something was built"))
    with pytest.raises(AnlanError, match="same day"):
        warehouse.build(Settings(tmp_path / "home"), NOW)


def test_each_quarter_is_judged_by_the_rules_of_then(
    seeds: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ST-02 asks for two certified officers until 2025 and for three from 2026: the warehouse holds the row of the quarter."""
    rows = seeds / "method_cert_rules.csv"
    spoil(rows, "ST-02", effective_to="2025-12-31")
    spoil(rows, "ST-02", added="yes", effective_from="2026-01-01", effective_to="9999-12-31", required_qty="3")
    for name in ("dbt_project.yml", "profiles.yml"):
        shutil.copy(parsed.PROJECT / name, tmp_path)
    shutil.copytree(parsed.PROJECT / "macros", tmp_path / "macros")
    chosen = {"method_cert_rules", "method_safety_fund_rates"}
    for path in [*seeds.glob("_*.yml"), *seeds.glob("*.csv")]:
        if path.suffix == ".csv" and path.stem not in chosen:
            path.unlink()
    # the tests beside the seeds name models, which this project does not have
    found = [s for s in rules.described(seeds) if s["name"] in chosen]
    for path in seeds.glob("_*.yml"):
        path.unlink()
    kept = [{k: v for k, v in s.items() if k in {"name", "config"}} for s in found]
    (seeds / "_seeds.yml").write_text(json.dumps({"version": 2, "seeds": kept}), encoding="utf-8")
    monkeypatch.setattr(parsed, "PROJECT", tmp_path)
    settings = Settings(tmp_path / "home")
    marks, asked, rates = [], [], []
    for code in ("2025Q4", "2026Q1", "2026Q2"):
        periods = with_previous(code)
        warehouse.invoke(settings, ["seed", "--vars", json.dumps(warehouse.variables(settings, periods))])
        marks.append(rules.check(seeds, periods))
        with duckdb.connect(str(settings.warehouse_file), read_only=True) as c:
            asked.append(c.sql("select required_qty from method.method_cert_rules where rule_id = 'ST-02'").fetchall())
            rates.append(c.sql("select count(distinct effective_from) from method.method_safety_fund_rates").fetchall())
    assert [[int(n) for (n,) in rows] for rows in asked] == [[2], [3], [3]]
    assert rates == [[(3,)]] * 3, "a bracket is chosen by the year of the spending: all its rows stay"
    assert marks[0] != marks[1]
    assert marks[1] == marks[2], "seeds are not loaded again where the same rows are in force"

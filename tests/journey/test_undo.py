"""A wrong merge and a wrong split, undone: the quarter is recomputed, and only what they touch has other scores."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from pipelines import release, run
from pipelines.analysis import whatif, whatif_changes
from pipelines.review import decisions
from pipelines.settings import Settings

PERIOD = "2026Q3"
# what a firm's or a hazard's identity can move; everything else published must be the same to the last cell
MAY_MOVE = {
    "attribute_conflicts", "audit_cases", "certification_gap_people", "certification_gaps", "department_data_barriers", "department_indicator_scores", "department_quarter_scores",
    "department_rank_drivers", "department_rank_intervals", "district_overview", "second_opinion_weights", "second_opinions", "town_rank_drivers",
    "town_rank_intervals", "town_second_opinions", "indicator_gaps", "recommendation_measures", "congress_recommendations",
    "enterprise_item_scores",
    "enterprise_names", "enterprise_quarter_ratings", "enterprise_records", "enterprises", "indicator_evidence", "landed_row_uses", "review_cases",
    "hazard_clocks", "hazard_escalations", "hazard_list_checks", "hazard_loops", "hazard_refused_events", "hazard_stage_quarters",
    "silo_hazard_reports", "town_dimension_scores", "town_indicator_scores", "town_quarter_scores",
}  # fmt: skip
# what stands beside a unit's own figures and speaks of all units
OF_ALL = {"district_value", "rank_overall", "rank_cohort", "previous_rank"}


@pytest.fixture(scope="module")
def home(evaluated: Settings, tmp_path_factory) -> Settings:
    """A copy of the evaluated home, to decide in."""
    folder = tmp_path_factory.mktemp("undo") / "home"
    shutil.copytree(evaluated.home, folder, symlinks=True)
    return Settings.load(home=folder)


def recomputed(settings: Settings, *said: tuple[str, str, str, str]) -> Path:
    decisions.append(settings, [decisions.make(*s, who="陈工", why="看错了", source="cli") for s in said])
    outcome = run.evaluate(settings, PERIOD, pull=False)
    assert not outcome.errors, [str(e) for e in outcome.errors]
    return release.find(settings)


def moved(before: Path, after: Path) -> dict[str, list[dict]]:
    """Return per published table the rows that are not the same, each with the names of the cells that differ."""
    found: dict[str, list[dict]] = {}
    with duckdb.connect() as db:
        for file in sorted((before / "tables").glob("*.parquet")):
            sides = []
            for one, other in ((file, after / "tables" / file.name), (after / "tables" / file.name, file)):
                asked = db.execute(f"select * from '{one}' except select * from '{other}'")
                names = [c[0] for c in asked.description]
                sides.append([dict(zip(names, r, strict=True)) for r in asked.fetchall()])
            grain = release.MARTS.get(file.stem, ())
            new = {tuple(r[k] for k in grain): r for r in sides[1]}
            for row in sides[0]:
                twin = new.pop(tuple(row[k] for k in grain), None)
                cells = {c for c in row if twin is None or row[c] != twin[c]}
                found.setdefault(file.stem, []).append((twin or row) | {"_cells": cells, "_gone": twin is None})
            for row in new.values():
                found.setdefault(file.stem, []).append(row | {"_cells": set(row), "_gone": False})
    return found


def rows(folder: Path, table: str) -> list[dict]:
    with duckdb.connect() as db:
        asked = db.execute(f"select * from '{folder / 'tables' / table}.parquet'")
        names = [c[0] for c in asked.description]
        return [dict(zip(names, r, strict=True)) for r in asked.fetchall()]


def points(folder: Path, enterprise_id: str) -> list[tuple]:
    """Return what the brigade tells of a firm: what it tells of itself goes with its own line, wherever linkage puts that."""
    mine = [
        r
        for r in rows(folder, "enterprise_item_scores")
        if r["enterprise_id"] == enterprise_id and r["silo"] in ("enforcement", "towers")
    ]
    return sorted((r["period"], r["item_code"], r["item_status"], r["lost_points"]) for r in mine)


def tried(before: Path, evidence: list[dict]) -> dict[str, dict]:
    """Return the town scores that a what-if gives on the first release when the evidence rows are those of the second."""
    mine = [r for r in evidence if r["system"] == "town" and r["period"] == PERIOD]
    changes = [
        whatif_changes.parse(f"{r['indicator_code']}.row.{r['entity_id']}=none", r["unit_id"])
        for r in mine
        if r["_gone"]
    ]
    changes += [
        whatif_changes.parse(
            f"{r['indicator_code']}.row.{r['entity_id']}={r['numerator']}/{r['denominator']}", r["unit_id"]
        )
        for r in mine
        if not r["_gone"]
    ]
    with release.Release(before) as opened:
        return whatif.open_trial(opened.connection, PERIOD).run(changes).scores


def test_only_the_right_scores_move_and_undo_restores_every_cell(home: Settings) -> None:
    with duckdb.connect(str(home.warehouse_file), read_only=True) as con:
        # two numbers of the enforcement list at one firm, one closed in time and one not
        town, firm, one, other = con.execute(
            "with mine as (select * from marts.indicator_evidence where indicator_code = 'C301' and period = '2026Q3' and system = 'town') "
            "select a.unit_id, x.enterprise_id, x.hazard_no, y.hazard_no from mine as a join mine as b on a.unit_id = b.unit_id and a.numerator > b.numerator "
            "join core.fct_hazards as x on x.hazard_id = a.entity_id join core.fct_hazards as y on y.hazard_id = b.entity_id "
            "join marts.enterprise_quarter_ratings as r on r.enterprise_id = x.enterprise_id and r.period = '2026Q3' and r.rating_status = 'rated' "
            "where x.enterprise_id = y.enterprise_id and x.clause_code = y.clause_code and x.found_at < y.found_at order by 3, 4 limit 1"
        ).fetchone()
        # a firm that the bureau knows under another name than the brigade: its lines are one by their code
        line, bureaus, split = con.execute(
            "select a.record_id, b.record_id, a.enterprise_id from core.map_enterprise_records as a join core.map_enterprise_records as b "
            "using (enterprise_id) join core.fct_enterprise_records as x on x.record_id = a.record_id "
            "join core.fct_enterprise_records as y on y.record_id = b.record_id where a.record_id like 'enforcement:enterprises:%' "
            f"and b.record_id like 'emergency:enterprises:%' and x.firm_name <> y.firm_name and a.enterprise_id <> '{firm}' order by 1 limit 1"
        ).fetchone()
    first = release.find(home)
    hazard = ("hazard", f"enforcement:hazards:{one}", f"enforcement:hazards:{other}")
    enterprise = ("enterprise", line, bureaus)

    second = recomputed(home, (*hazard, "same"), (*enterprise, "different"))
    found = moved(first, second)
    assert set(found) <= MAY_MOVE
    alone = next(r["enterprise_id"] for r in rows(second, "enterprise_records") if r["record_id"] == line)
    kept = next(r["enterprise_id"] for r in rows(second, "enterprise_records") if r["record_id"] == bureaus)
    assert {alone, kept} - {split}, "the split is made"
    firms = {firm, split, alone, kept}
    for table in ("enterprise_quarter_ratings", "enterprise_item_scores"):
        assert {r["enterprise_id"] for r in found.get(table, ())} <= firms, table
    for table in ("certification_gaps", "certification_gap_people"):
        assert {r["unit_id"] for r in found.get(table, ())} <= firms, table
    assert points(first, split) == points(second, alone), "the rated line keeps its points under whatever id"
    # departments are compared by what they say of one firm: that comparison alone goes
    assert {r["indicator_code"] for r in found.get("department_indicator_scores", ())} <= {"DA07"}
    evidence = found["indicator_evidence"]
    assert {r["indicator_code"] for r in evidence if r["system"] == "department"} <= {"DA07"}
    assert {r["unit_id"] for r in evidence if r["system"] == "enterprise"} <= firms
    assert {r["unit_id"] for r in evidence if r["system"] == "town" and r["entity_id"] not in firms} == {town}
    # a firm that loses its own line on the platform is rated anew, and with it its town (H201)
    rated = {
        r["town_id"]
        for f in (first, second)
        for r in rows(f, "enterprise_quarter_ratings")
        if r["enterprise_id"] in firms
    }
    for table in ("town_quarter_scores", "town_dimension_scores", "town_indicator_scores"):
        others = [r for r in found.get(table, ()) if r["town_id"] not in {town, *rated} and not r.get("is_shrunk")]
        assert [r for r in others if r["_cells"] - OF_ALL] == [], table
    assert firm in {r["enterprise_id"] for r in found["enterprise_item_scores"] if "lost_points" in r["_cells"]}
    # what the what-if says of the same change on the first release is what came out of the whole pipeline
    for town_id, row in tried(first, evidence).items():
        there = next(r for r in rows(second, "town_quarter_scores") if (r["town_id"], r["period"]) == (town_id, PERIOD))
        assert row == {k: there[k] for k in row}
    assert "C301" in {r["indicator_code"] for r in found["town_indicator_scores"] if r["town_id"] == town and "score" in r["_cells"]}  # fmt: skip

    third = recomputed(home, (*hazard, "undo"), (*enterprise, "undo"))
    assert moved(first, third) == {}
    contents = [release.Release(r).manifest["content_sha256"] for r in (first, second, third)]
    assert contents[0] == contents[2] != contents[1]

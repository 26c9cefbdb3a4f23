"""From every core row to the landed rows that made it and back, on a whole district: nothing is forgotten, nothing points nowhere."""

from __future__ import annotations

import re

import duckdb
import pytest

from benchmarks import provenance
from pipelines import explain, landed, release
from pipelines.reading import ident, quoted
from pipelines.settings import ROOT, Settings

MODEL = (ROOT / "dbt_project" / "models" / "core" / "map_landed_rows.sql").read_text(encoding="utf-8")
MADE = re.findall(r"^    \('(\w+)', '(\w+)', '(\w+)', (?:none|'\w+')\),$", MODEL, flags=re.M)
# they say something of rows, or feed a map or register that is there; none of them is a thing of the core
NO_CORE_ROW = {
    "dim_enterprise_names", "dim_enterprise_states", "fct_enterprise_versions", "fct_attribute_values", "fct_certificate_records",
    "fct_data_issues", "fct_division_mentions", "fct_division_texts", "fct_door_results", "fct_located_rows", "fct_point_divisions",
    "fct_quarantined_rows", "fct_silo_words", "fct_unknown_words", "fct_unresolved_divisions", "fct_unresolved_towns", "fct_road_edges",
    "fct_road_findings", "fct_road_speeds", "fct_able_teams", "fct_arrivals", "fct_team_reach", "fct_candidate_sites", "map_enterprise_numbers", "map_enterprises_enforcement", "map_facilities_roads", "map_uscc_candidates",
}  # fmt: skip


@pytest.fixture(scope="module")
def con(evaluated: Settings):
    with duckdb.connect(str(evaluated.warehouse_file), read_only=True) as opened:
        yield opened


def test_every_core_model_that_names_its_landed_row_is_in_the_index(con):
    held = {t for (t,) in con.execute("select table_name from information_schema.columns where table_schema = 'core' and column_name = 'landing_ref'").fetchall()}  # fmt: skip
    used = {m for made in MADE for m in made[:2]}
    assert len(MADE) == MODEL.count("\n    ('") > 30
    said_of_rows = {t for t in held if t.endswith("_signals") or (t.endswith("_records") and t.startswith("fct_"))}
    assert sorted(held - used - NO_CORE_ROW - said_of_rows - {"map_landed_rows"}) == []
    assert sorted(NO_CORE_ROW - held) == []


@pytest.mark.parametrize(("core_model", "id_column"), sorted({(m, c) for m, _, c in MADE}))
def test_every_core_row_opens_to_a_landed_row_and_back(con, core_model, id_column):
    there = f"select district_code, cast({id_column} as varchar) as core_id from core.{core_model} where {id_column} is not null and {{}}"
    index = f"select district_code, core_id from core.map_landed_rows where core_model = '{core_model}'"
    named = "landing_ref is not null" if core_model in ("dim_places", "fct_hazard_lives") else "true"
    lost = con.execute(f"({there.format(named)}) except ({index})").fetchall()
    nowhere = con.execute(f"({index}) except ({there.format('true')})").fetchall()
    assert (lost[:5], nowhere[:5]) == ([], [])


def test_every_reference_of_the_index_is_a_landed_row_that_counts(con, evaluated):
    refs = con.execute("select split_part(landing_ref, '/', 1), split_part(landing_ref, '/', 2), count(distinct landing_ref) from core.map_landed_rows group by all").fetchall()  # fmt: skip
    assert len(refs) > 60
    for silo, table, count in refs:
        files = quoted(str(evaluated.landing / silo / table / "*" / "*" / "rows.parquet"))
        found = con.execute(
            f"select count(*) from (select distinct landing_ref from core.map_landed_rows where starts_with(landing_ref, {quoted(f'{silo}/{table}/')})) u"
            f" semi join (select {landed.reference(silo, table, ident('batch'))} as landing_ref from read_parquet({files}, hive_partitioning = true,"
            " hive_types_autocast = false, union_by_name = true) where _verdict = 'accepted') l using (landing_ref)"
        ).fetchone()
        assert found == (count,), (silo, table)


def test_the_release_says_the_same_and_both_ways_agree(con, evaluated):
    with release.open_release(evaluated) as opened:
        pairs = opened.rows(
            "select core_model, core_id, landed_part || ':' || row_number as landing_ref from landed_row_uses"
        )
        mine = con.execute("select core_model, core_id, landing_ref from core.map_landed_rows").fetchall()
        assert {tuple(p.values()) for p in pairs} == set(mine)
        for kind, model in (
            ("person", "dim_persons"),
            ("hazard", "fct_hazard_lives"),
            ("device", "dim_devices"),
            ("team", "dim_teams"),
        ):
            most = opened.rows(f"select core_id from landed_row_uses where core_model = '{model}' group by 1 order by count(*) desc, 1 limit 1")[0]["core_id"]  # fmt: skip
            found = explain.explain(evaluated, opened, [kind, most], limit=-1)
            assert len(found["landed"]) == found["total"] > 1
            for row in found["landed"][:3]:
                back = explain.explain(evaluated, opened, ["row", row["landing_ref"]])
                assert back["landing"]["state"] == "found"
                assert (model, most) in {(c["core_model"], c["core_id"]) for c in back["core"]}
                assert back["fate"] == "used"


def test_a_refused_row_and_a_duplicate_say_their_fate(evaluated):
    with release.open_release(evaluated) as opened:
        ref = opened.rows("select min(landing_ref) as landing_ref from quarantine_rows where severity = 'critical' and contains(landing_ref, '!')")[0]["landing_ref"]  # fmt: skip
        found = explain.explain(evaluated, opened, ["row", ref])
        assert found["quarantine"]
        assert found["fate"] == "rejected"
        assert found["core"] == []


def test_the_index_is_small(evaluated):
    found = provenance.measure(evaluated)
    assert found["rows"] > 50_000
    assert found["share"] <= 0.05

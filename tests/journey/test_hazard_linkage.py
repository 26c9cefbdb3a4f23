"""One hazard, several reports: from what departments served to one life each, a wrong merge undone, a recurrence kept.

A small district is made, landed and built in this process; no server is started.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from benchmarks import linked, quality_hazards, tested
from pipelines.analysis.linkage import step, tables
from pipelines.review import decisions
from pipelines.settings import Settings

DAY = date(2026, 9, 30)
MODELS = ["fct_hazard_lives", "fct_hazards", "c305_hazards_repeated"]
BUILT = [
    "map_hazard_records", "fct_hazard_life_events", "fct_hazard_lives", "fct_hazard_events", "fct_hazards", "c305_hazards_repeated",
    "c301_general_hazards_closed_on_time",
]  # fmt: skip


class District:
    """A linked district: its settings, and rows of its warehouse."""

    def __init__(self, home: Path) -> None:
        self.settings = Settings(home)
        # which firm a report is about is another linker's: here no report knows
        empty = {name: schema.empty_table() for name, schema in tables.TABLES.items()}
        for entity in ("hazard", "enterprise"):
            tables.write(self.settings.linkage / entity, empty, {"model_version": "none"})
        linked.make(home, [*MODELS, "c301_general_hazards_closed_on_time"], seed=404, scale=0.1)
        self.link()

    def link(self) -> None:
        step.run(self.settings, DAY, [quality_hazards.LINKER])
        linked.build(self.settings, BUILT)

    def rows(self, sql: str) -> list[tuple]:
        with duckdb.connect(str(self.settings.warehouse_file), read_only=True) as con:
            return con.execute(sql).fetchall()

    def say(self, pair: tuple[str, str], verdict: str) -> None:
        said = decisions.make("hazard", *pair, verdict, who="reviewer", why="looked at both", source="cli")
        decisions.append(self.settings, [said])
        self.link()


@pytest.fixture(scope="module")
def district(tmp_path_factory) -> District:
    return District(tmp_path_factory.mktemp("hazards"))


def test_reports_of_one_hazard_are_found(district: District, record_property: Callable) -> None:
    found = quality_hazards.compare(district.settings, district.settings.home / "truth.parquet", 404, 1.0, 0.0)
    assert found.all_pairs.right > 500
    assert quality_hazards.missed([found]) == []
    # one false pair more or less is chance at this size; the intervals stand in docs/quality.md
    assert {s for s, f in found.by_silo.items() if f.recall < 0.9} == set()
    bars = f"≥ {quality_hazards.PRECISION} / ≥ {quality_hazards.RECALL}"
    record_property(
        tested.NAME,
        tested.line("隐患 hazards", "种子 seed 404, ×0.1", found.reports, found.all_pairs, bars, found.review),
    )


def test_every_report_is_kept_once(district: District) -> None:
    reports, mapped, told = district.rows(
        "select (select count(*) from core.fct_hazard_records), (select count(*) from core.map_hazard_records), "
        "(select sum(report_count) from core.fct_hazard_lives)"
    )[0]
    assert reports == mapped == told > 0


def test_a_life_begins_with_the_earliest_finding_and_keeps_every_event(district: District) -> None:
    wrong = district.rows(
        "select hazard_id from core.fct_hazard_lives join core.map_hazard_records using (hazard_id) "
        "join core.fct_hazard_records using (record_id) group by hazard_id, fct_hazard_lives.found_at "
        "having min(fct_hazard_records.found_at) <> fct_hazard_lives.found_at"
    )
    assert wrong == []
    kept, sent = district.rows(
        "select (select count(*) from core.fct_hazard_life_events where silo = 'governance'), "
        "(select count(*) from staging.stg_governance__hazard_steps join core.map_hazard_records "
        "on silo = 'governance' and report_no = hazard_no)"
    )[0]
    assert kept == sent > 0


def test_a_recurrence_is_no_duplicate_and_counts_in_c305(district: District) -> None:
    """Same firm and clause, found again after closing: two hazards, and the first one is counted as repeated."""
    again = district.rows(
        "select earlier.hazard_id, later.hazard_id from core.fct_hazards as earlier join core.fct_hazards as later "
        "on coalesce(earlier.enterprise_id, earlier.firm_no) = coalesce(later.enterprise_id, later.firm_no) and earlier.clause_code = later.clause_code "
        "and later.found_at > earlier.closed_at and later.found_at <= earlier.closed_at + interval 180 day"
    )
    assert again
    assert all(a != b for a, b in again)
    repeated = {
        r[0] for r in district.rows("select entity_id from indicators.c305_hazards_repeated where numerator = 1")
    }
    assert repeated
    assert repeated <= {a for a, _ in again}


def test_a_wrong_merge_undone_restores_both_and_moves_no_score(district: District) -> None:
    pair = district.rows(
        "select min(record_id), max(record_id), hazard_id from core.map_hazard_records where hazard_id in "
        "(select hazard_id from core.fct_hazard_lives where silos = 'enforcement,governance' and report_count = 2) "
        "group by hazard_id order by hazard_id limit 1"
    )[0]
    listed, other, merged = pair
    before = snapshot(district)
    scores = district.rows("select * from indicators.c301_general_hazards_closed_on_time order by all")

    district.say((listed, other), "different")
    ids = dict(
        district.rows(
            f"select record_id, hazard_id from core.map_hazard_records where record_id in ('{listed}', '{other}')"
        )
    )
    assert ids[listed] == merged, "the hazard of the list keeps its id"
    assert ids[other].startswith("H-")
    for record, hazard in ids.items():
        alone = district.rows(
            f"select report_count, found_at, state_code from core.fct_hazard_lives where hazard_id = '{hazard}'"
        )
        own = district.rows(f"select found_at from core.fct_hazard_records where record_id = '{record}'")[0][0]
        assert alone[0][:2] == (1, own)
        steps = district.rows(
            f"select record_id, step_number from core.fct_hazard_life_events where hazard_id = '{hazard}' order by 2"
        )
        assert {s[0] for s in steps} == {record}
        assert [s[1] for s in steps] == list(range(1, len(steps) + 1))
    assert district.rows("select * from indicators.c301_general_hazards_closed_on_time order by all") == scores
    after = snapshot(district)
    assert set(after) - set(before) == {(other, ids[other])}, "nothing else moved"

    district.say((listed, other), "undo")
    assert snapshot(district) == before


def snapshot(district: District) -> list[tuple]:
    return district.rows("select record_id, hazard_id from core.map_hazard_records order by 1")


def test_the_tables_are_the_same_bytes_again(district: District) -> None:
    folder = district.settings.linkage / "hazard"
    before = {n: (folder / f"{n}.parquet").read_bytes() for n in tables.TABLES}
    step.run(district.settings, DAY, [quality_hazards.LINKER], force=True)
    assert before == {n: (folder / f"{n}.parquet").read_bytes() for n in tables.TABLES}
    assert pq.read_table(folder / "links.parquet").num_rows > 0

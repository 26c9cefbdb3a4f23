"""The rooms of the warehouse in their order: staging, core, indicators, marts, read from dbt's own manifest."""

from __future__ import annotations

import re

import pytest

from pipelines.analysis.linkage.registry import ANALYSES, LINKERS
from tests.house.conftest import PROJECT

# A room reads the room before it, or its own. One more is the rule here: marts read the registers and facts of
# core directly, for names and for tables that no indicator judges. Seeds (the method) may be read anywhere but in staging.
READS = {
    "staging": {"source"},
    "core": {"staging", "core", "seed", "linkage"},
    "indicators": {"core", "indicators", "seed"},
    "marts": {"indicators", "core", "marts", "seed"},
}
# Read by nobody yet, and kept. Staging needs no such word: what landed has a place in the warehouse before an indicator asks.
WAITING = {
    "fct_road_edges": "the sound road graph; the rescue circle (E1)",
    "dim_enterprise_states": "registers by date and by what was known; asked with the macro states_as_of",
    "fct_unresolved_towns": "a work list for the departments, read by people",
    "dim_persons": "the register of persons, read by people and by the linkage of silos",
    "dim_stores": "the register of stores; supplies (F1)",
    "dim_plans": "the register of plans; plans and drills (F2)",
    "dim_rescue_stations": "the register of stations; rescue circle (E1)",
}


def kind(project, name: str) -> str:
    if name.startswith("source:"):
        return "linkage" if name == "source:linkage" else "source"
    return "seed" if name in project.seeds else project.room(name)


@pytest.mark.parametrize("room", READS)
def test_a_room_reads_only_what_lies_before_it(project, room):
    models = project.in_room(room)
    assert models, f"no model in {room}"
    found = [
        f"{name} ({room}) reads {read} ({kind(project, read)})"
        for name in models
        for read in project.reads(name)
        if kind(project, read) not in READS[room]
    ]
    assert found == []


def test_the_rooms_are_these_four(project):
    assert {project.room(n) for n in project.models} == set(READS)


def test_staging_joins_nothing(project):
    found = [n for n in project.in_room("staging") if len(project.reads(n)) != 1]
    assert found == [], "a staging model reads one landing table"


def test_only_three_groups_of_sources_exist(project):
    assert {s["source_name"] for s in project.sources.values()} - {"linkage"} == {"landing", "landing_index"}


def test_what_linkage_reads_does_not_read_linkage(project):
    """The wall: record models and all before them are built first, linkage reads them, what it leaves is read after."""
    found = []
    inputs = [(linker.entity_type, linker.records) for linker in LINKERS]
    inputs += [(analysis.name, model) for analysis in ANALYSES for model in analysis.reads]
    for made, model in inputs:
        assert "linkage_input" in project.models[model]["tags"], model
        waiting, seen = [model], set()
        while waiting:
            name = waiting.pop()
            if name in seen or name not in project.models:
                continue
            seen.add(name)
            reads = project.reads(name)
            found += [f"{name}, which {made} is made from, reads {r}" for r in reads if r == "source:linkage"]
            waiting += reads
    assert found == []


def test_record_models_are_linked(project):
    tagged = {n for n, m in project.models.items() if "linkage_input" in m["tags"]}
    assert tagged == {linker.records for linker in LINKERS} | {m for a in ANALYSES for m in a.reads}
    assert {n for n in tagged if project.room(n) != "core"} == set()


def test_every_model_is_read_or_published(project):
    unread = {
        n
        for n, m in project.models.items()
        if project.room(n) not in {"marts", "staging"} and not project.readers[m["unique_id"]]
    }
    unread -= {model for analysis in ANALYSES for model in analysis.reads}
    assert unread - set(WAITING) == set(), "a model nobody reads: use it, publish it, or say why it waits"
    assert set(WAITING) - unread == set(), "these are read by now: take them off the list"


def test_files_lie_in_the_folder_of_their_room(project):
    found = [n for n, m in project.models.items() if not (PROJECT / "models" / project.room(n) / "").exists()]
    found += [n for n, m in project.in_room("staging").items() if m["fqn"][2] != n.removeprefix("stg_").split("__")[0]]
    assert found == []


def test_marts_are_what_a_release_freezes(project):
    from pipelines.release import MARTS

    assert set(project.in_room("marts")) == set(MARTS)


def test_no_mart_has_what_people_are_compared_by(project):
    """Hashes of surnames and sounds can be guessed by counting: they stay in staging and core (ADR 22)."""
    guessable = re.compile(
        r"_(pinyin|surname|given|rare_last|rare_middle|stem)(_hash)?$|stated_birth_date$|(name|person|phone)_hash$"
    )
    found = [f"{n}.{c}" for n, m in project.in_room("marts").items() for c in m["columns"] if guessable.search(c)]
    assert found == []


def test_every_linked_kind_of_thing_reaches_the_review_desk(project):
    read = project.models["fct_link_pairs"]["depends_on"]["nodes"]
    lacking = [x.entity_type for x in LINKERS if f"source.anlan.linkage.{x.entity_type}__pairs" not in read]
    assert lacking == [], "one line in fct_link_pairs.sql"

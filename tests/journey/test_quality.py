"""Dirt of every department is seen, mended rightly and never guessed; people stay in the vault. Without servers.

Each department's tables are made, spoiled and landed in this process; the truth is compared cell by cell.
"""

from __future__ import annotations

import copy
import csv
import re
from pathlib import Path

import pyarrow as pa
import pytest

from benchmarks import quality, quality_signals, sections
from pipelines import contract as contracts
from pipelines.settings import ROOT, Settings
from simulator import departments
from simulator.dirt import DirtRates
from simulator.truth import Truth
from simulator.world import World
from tests import people

SCALE = 0.05


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("quality")


@pytest.fixture(scope="module")
def measured(home: Path):
    made = quality.measure(departments.names(), SCALE, 1.0, home)
    assert made.faults == []
    assert made.rows
    return made


@pytest.fixture(scope="module")
def settings(home: Path, measured) -> Settings:
    return Settings(home)


@pytest.fixture(scope="module")
def held(measured) -> dict[str, people.Planted]:
    """What the departments hold about people, made again from the same seed without dirt."""
    tables = {
        silo: [t.arrow() for t in departments.load(silo).build(World(scale=SCALE), DirtRates.clean(), Truth())]
        for silo in departments.names()
    }
    return people.planted([contracts.load(s) for s in departments.names()], tables)


def by_kind(rows) -> dict[str, list]:
    found: dict[str, list] = {}
    for r in rows:
        if not quality.later(r.silo, r.kind):
            found.setdefault(re.split(" ", r.kind)[0], []).append(r)
    return found


def test_what_was_planted_is_seen(measured):
    rows = measured.rows
    low = {
        kind: (sum(r.seen for r in mine), sum(r.planted for r in mine))
        for kind, mine in by_kind(rows).items()
        if sum(r.seen for r in mine) < 0.99 * sum(r.planted for r in mine)
    }
    assert low == {}


def test_what_was_mended_is_right(measured):
    rows = measured.rows
    low = {
        kind: (sum(r.right for r in mine), sum(r.mended for r in mine))
        for kind, mine in by_kind(rows).items()
        if sum(r.right for r in mine) < 0.995 * sum(r.mended for r in mine)
    }
    assert low == {}


def test_nothing_was_guessed(measured):
    assert [f"{r.silo} {r.kind}: {r.guessed}" for r in measured.rows if r.guessed] == []


def test_a_sign_is_a_sign_of_dirt(measured):
    """Of the signs of each word nearly all stand where something was planted."""
    totals: dict[str, list[int]] = {}
    for _, word, n, true in measured.signs:
        seen = totals.setdefault(word, [0, 0])
        seen[0], seen[1] = seen[0] + n, seen[1] + true
    assert {w: t for w, t in totals.items() if t[1] < 0.99 * t[0]} == {}


def test_what_rows_show_together_is_seen_and_marks_are_true(measured):
    assert quality_signals.missed(measured.figures) == []
    with (ROOT / "dbt_project" / "seeds" / "ref_signals.csv").open(encoding="utf-8", newline="") as f:
        codes = {r["signal_code"] for r in csv.DictReader(f)}
    assert set(quality_signals.KINDS) <= codes
    silent = set(quality_signals.KINDS) - {f.signal for f in measured.figures}
    assert len(silent) <= 0.25 * len(codes), f"planted nowhere at this scale: {silent}"


def test_what_several_rows_mend_is_right_and_never_guessed(measured):
    assert quality_signals.missed_mendings(measured.mended) == []
    assert sum(m.mended for m in measured.mended) >= 10


def test_a_wrong_and_an_unasked_mending_are_said():
    wrong = quality_signals.Mended("map_uscc_candidates", "fire", "#12 USCC", 4, 3, 2, 1)
    assert quality_signals.missed_mendings([wrong]) == ["map_uscc_candidates fire #12 USCC: 2 of 3 right, 1 guessed"]


def test_a_missed_and_a_wrong_mark_are_said():
    planted = [
        quality_signals.Planted("water", "#8 re-sent row with a second value", f"water/t/b#t!:{n}") for n in (1, 2)
    ]
    found = [("resent_value", "water", "water/t/b#t!:1"), ("resent_value", "water", "water/t/b#t!:9")]
    figures = quality_signals.compare(planted, found)
    assert quality_signals.missed(figures) == [
        "resent_value water #8 re-sent row with a second value: 1 of 2 seen",
        "resent_value water: 1 of 2 marks true",
    ]
    assert quality_signals.missed(quality_signals.compare([], found[1:])) == ["resent_value water: 0 of 1 marks true"]


def test_the_page_lists_the_kinds_that_were_measured(measured):
    kept = quality.PAGE.read_text(encoding="utf-8")
    made = sections.kept(kept, quality.page(measured, SCALE, 1.0))

    def kinds(text: str) -> set[str]:
        return {line.split("|")[1].strip() for line in text.splitlines() if line.startswith("| #")}

    headings = [line for line in made.splitlines() if line.startswith("#")]
    assert headings == [line for line in kept.splitlines() if line.startswith("#")]
    assert len(kinds(kept)) > 25
    assert kinds(made) - kinds(kept) == set(), "run make quality"


def test_every_silo_with_people_plants_some(held):
    with_people = {s for s, mine in held.items() if any(mine.values())}
    assert {"police", "enforcement"} <= with_people
    every = people.together(held)
    assert all(len(every[k]) >= 20 for k in ("identity number", "phone", "full name"))


def test_landing_holds_nobody(settings, held):
    assert people.leaks_below(settings.landing, people.together(held)) == []


def test_the_sealed_files_and_the_access_log_show_nobody(settings, held):
    assert people.leaks_below(settings.vault, people.together(held)) == []


def test_the_vault_holds_everybody(settings, held):
    """The same people must be found where they are allowed to be: otherwise the search proves nothing."""
    missing = []
    for silo, mine in held.items():
        found = people.in_vault(settings, silo) if any(mine.values()) else {}
        missing += [f"{silo}: {k}" for k, v in mine.items() if v and len(v & found.get(k, set())) < 0.5 * len(v)]
    assert missing == []


def leaks_where_phones_are(kind: str, tmp_path: Path, held: dict[str, people.Planted]) -> set[str]:
    """Land the auxiliaries of the police with their phones as a column of type ``kind``; return the kinds that leaked."""
    raw = copy.deepcopy(contracts.load("police").raw)
    raw["tables"]["auxiliary_staff"]["columns"]["phone"]["type"] = kind
    contract = contracts.parse(raw, "test")
    settings = Settings(tmp_path)
    served = departments.load("police").build(World(scale=SCALE), DirtRates.clean(), Truth())
    part = next(t for t in served if t.name == "auxiliary_staff")
    rows = quality.land(settings, contract, contract.tables["auxiliary_staff"], part, 1)
    assert isinstance(rows, pa.Table)
    found = people.leaks_below(settings.landing, people.together(held))
    return {f.split(" x ")[1] for f in found}


def test_a_column_that_is_no_longer_marked_personal_is_found(tmp_path, held):
    """The search must see the leak it guards against: one phone column landed as a plain code."""
    assert leaks_where_phones_are("code", tmp_path, held) == {"phone"}


def test_phones_in_a_column_of_free_text_are_masked_at_the_door(tmp_path, held):
    assert leaks_where_phones_are("text", tmp_path, held) == set()

"""A day's increment comes to what a run over everything comes to that holds to the same model, whatever the order of rows."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from pipelines.analysis.linkage import Spec, blocks, engine, link, trained
from pipelines.errors import AnlanError
from tests.unit.test_linkage_households import SPEC, households

KEYED = Spec("id", {**SPEC.columns, "number": "free"}, keys=(("card",),), exclusive=("own",), needed=("given",))


@pytest.fixture(autouse=True)
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a file of a hundred records count as a large one, for only such ones are linked by increments."""
    monkeypatch.setattr(blocks, "SMALL", 100)


@pytest.fixture
def increments(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[bool]]:
    """Return a list that gets True for each run that was an increment to its end."""
    seen: list[bool] = []
    whole, part = engine._full, engine._increment

    def full(*a, **k):
        seen.append(False)
        return whole(*a, **k)

    def increment(*a, **k):
        found = part(*a, **k)
        seen.append(True)
        return found

    monkeypatch.setattr(engine, "_full", full)
    monkeypatch.setattr(engine, "_increment", increment)
    return seen


def rows(seed: int = 3) -> list[dict]:
    draw = random.Random(seed)
    found = [r | {"card": None, "own": None} for r in households(500, seed)]
    for row in draw.sample(found, 200):
        row["card"] = f"card{draw.randint(1, 120)}" if draw.random() < 0.2 else f"card {row['id'].split('-')[0]}"
        row["own"] = f"own {row['id'].split('-')[0]}"
    draw.shuffle(found)
    return found


def same(one, other) -> None:
    assert one.links.drop_columns(["model_version"]).equals(other.links.drop_columns(["model_version"]))
    assert one.pairs.drop_columns(["model_version"]).equals(other.pairs.drop_columns(["model_version"]))
    assert one.stopped.drop_columns(["model_version"]).equals(other.stopped.drop_columns(["model_version"]))
    assert one.model == other.model


@pytest.mark.parametrize("spec", [SPEC, KEYED], ids=["likeness", "keys"])
def test_new_changed_and_vanished_records(spec: Spec, increments: list[bool], tmp_path: Path):
    after = rows()
    draw = random.Random(8)
    gone = draw.sample(after, 15)
    before = [r for r in after if r not in draw.sample(after, 15)] + [g | {"id": f"{g['id']}x"} for g in gone]
    before = [r | ({"family": "other", "born": None} if i % 90 == 0 else {}) for i, r in enumerate(before)]
    decisions = {("1.0-a", "1.1-a"): "same", ("2.0-a", "2.0-b"): "different"}
    state = tmp_path / "state"
    link(before, spec, {("3.0-a", "3.1-a"): "same"}, state=state)
    draw.shuffle(after)
    found = link(after, spec, decisions, state=state)
    assert increments == [False, True]
    same(found, link(rows(), spec, decisions, trained=found.trained))
    assert increments.pop() is False
    again = link(after, spec, decisions, state=state)
    assert increments == [False, True, True]
    same(again, found)


def test_in_memory_the_result_before_carries_the_state(increments: list[bool]):
    after = rows()
    first = link(after[20:], SPEC)
    same(link(after, SPEC, previous=first), link(after, SPEC, trained=first.trained))
    assert increments == [False, True, False]


@pytest.mark.parametrize("spec", [SPEC, KEYED], ids=["likeness", "keys"])
def test_only_a_days_records_need_be_given_and_only_what_changed_comes_back(
    spec: Spec, increments: list[bool], tmp_path: Path
):
    after, state = rows(), tmp_path / "state"
    gone = [r | {"id": f"{r['id']}x"} for r in after[:10]]
    link([*gone, *[r | ({"town": "elsewhere"} if i < 8 else {}) for i, r in enumerate(after[20:])]], spec, state=state)
    found = link(after[:28], spec, state=state, day=True, gone=[g["id"] for g in gone], changed_only=True)
    assert increments == [False, True]
    whole = link(list(reversed(after)), spec, trained=found.trained)
    kept = link(after, spec, state=state)
    assert increments == [False, True, False, True]
    same(kept, whole)
    all_links = {r["record_id"]: r for r in whole.links.to_pylist()}
    told = {r["record_id"]: r for r in found.links.to_pylist()}
    assert {r["id"] for r in after[:28]} <= set(told)
    assert len(told) < len(all_links) / 2
    assert told == {i: all_links[i] for i in told}
    pairs = [p for p in whole.pairs.to_pylist() if p["left_id"] in told or p["right_id"] in told]
    assert found.pairs.to_pylist() == pairs


def test_a_day_without_a_state_is_refused(tmp_path: Path):
    with pytest.raises(AnlanError, match="no state serves"):
        link(rows()[:10], SPEC, state=tmp_path / "state", day=True)


def test_a_days_records_move_no_weight_until_the_model_is_learnt_anew(increments: list[bool], tmp_path: Path):
    after, state = rows(), tmp_path / "state"
    first = link(after[100:], SPEC, state=state)
    second = link(after, SPEC, state=state)
    assert second.model == first.model
    assert increments == [False, True]
    before = {(p["left_id"], p["right_id"]): p["match_weight"] for p in first.pairs.to_pylist()}
    now = {(p["left_id"], p["right_id"]): p["match_weight"] for p in second.pairs.to_pylist()}
    assert before
    assert len(now) > len(before)
    assert before == {p: now[p] for p in before}
    anew = link(after, SPEC, state=state, retrain=True)
    assert anew.model["model_version"] != first.model["model_version"]
    assert increments == [False, True, False]
    assert anew.model == link(after, SPEC).model


def test_decisions_are_taken_back_and_blocks_overflow(increments: list[bool], tmp_path: Path):
    after, state = rows(), tmp_path / "state"
    said = {("1.0-a", "1.1-a"): "same", ("2.0-a", "2.0-b"): "different"}
    first = link(after, SPEC, said, state=state)
    likely = next(p for p in first.pairs.to_pylist() if p["band"] == "match" and p["decision"] is None)
    pair = (likely["left_id"], likely["right_id"])
    # where seventy say the same, no block of theirs is looked into
    one = next(r for r in after if r["id"] == pair[0])
    crowded = [*after, *(one | {"id": f"crowd{i}"} for i in range(70))]
    runs = ((crowded, said, False), (crowded, {pair: "same"}, True), (crowded, {}, False), (after, said, True))
    for records, decisions, is_there in runs:
        found = link(records, SPEC, decisions, state=state)
        assert increments[-1]
        same(found, link(records, SPEC, decisions, trained=found.trained))
        pairs = zip(found.pairs["left_id"].to_pylist(), found.pairs["right_id"].to_pylist(), strict=True)
        assert (pair in set(pairs)) == is_there


def test_a_rule_that_brings_nothing_of_its_own_is_not_asked():
    has = np.array([[1, 0, 1, 0], [0, 1, 1, 0], [0, 0, 0, 1], [1, 1, 0, 0]], bool)
    good, count = np.array([True, True, False, False]), np.array([40, 60, 900_000, 50])
    assert trained.chosen(has, good, count) == [2]
    assert trained.chosen(has, good, np.array([40, 60, 4_000, 50])) == [2]
    assert trained.chosen(has[:, :2], good, count) == [0, 1]


def test_another_spec_or_many_new_records_are_looked_at_anew(increments: list[bool], tmp_path: Path):
    after, state = rows(), tmp_path / "state"
    link(after[:600], SPEC, state=state)
    link(after, SPEC, state=state)
    link(after, KEYED, state=state)
    assert increments == [False] * 3


def test_a_spoiled_state_is_no_state(increments: list[bool], tmp_path: Path):
    after, state = rows(), tmp_path / "state"
    state.write_bytes(b"not a database")
    first = link(after, SPEC, state=state)
    same(link(after, SPEC, state=state), first)
    assert increments == [False, True]


def test_bad_records_leave_the_state_as_it_was(increments: list[bool], tmp_path: Path):
    after, state = rows(), tmp_path / "state"
    first = link(after, SPEC, state=state)
    with pytest.raises(AnlanError, match="repeat an id"):
        link([*after, after[0]], SPEC, state=state)
    same(link(after, SPEC, state=state), first)
    assert increments == [False, True]

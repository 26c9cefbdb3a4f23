"""A day's increment comes to what a run over everything comes to, whatever the order of rows."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.analysis.linkage import Spec, blocks, engine, link
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

"""The log of decisions about pairs: kept in order, never edited, worked out to what holds."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.errors import AnlanError, UsageError
from pipelines.review import decisions
from pipelines.review import verdicts as verdicts_for_dbt
from pipelines.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.load(home=tmp_path)


def said(
    one: str, other: str, verdict: str, who: str = "陈工", hour: int = 8, kind: str = "enterprise"
) -> decisions.Decision:
    at = datetime(2026, 10, 8, hour, tzinfo=UTC)
    return decisions.make(kind, one, other, verdict, who=who, why="地址与电表一致", source="desk", at=at)


def verdicts(settings: Settings) -> dict[tuple[str, str], str]:
    return {k: v.verdict for k, v in decisions.effective(decisions.read(settings), "enterprise").items()}


def test_a_pair_is_the_same_pair_in_either_order(settings):
    decisions.append(settings, [said("b", "a", "same")])
    assert verdicts(settings) == {("a", "b"): "same"}


def test_the_latest_word_of_a_person_counts_and_undo_takes_it_back(settings):
    decisions.append(settings, [said("a", "b", "same", hour=8), said("a", "b", "different", hour=9)])
    assert verdicts(settings) == {("a", "b"): "different"}
    decisions.append(settings, [said("a", "b", "undo", hour=10)])
    assert verdicts(settings) == {("a", "b"): "same"}
    decisions.append(settings, [said("a", "b", "undo", hour=11)])
    assert verdicts(settings) == {}


def test_two_who_disagree_bind_nothing(settings):
    decisions.append(settings, [said("a", "b", "same"), said("a", "b", "different", who="李工")])
    found = decisions.effective(decisions.read(settings), "enterprise")["a", "b"]
    assert (found.verdict, found.binds, found.disputed) == ("disputed", False, True)
    assert set(found.by) == {"陈工", "李工"}


def test_of_two_claims_the_right_one_is_named_whichever_is_said_first(settings):
    decisions.append(
        settings, [said("town|b", "town|a", "left", kind="conflict"), said("town|a", "town|c", "left", kind="conflict")]
    )
    found = decisions.effective(decisions.read(settings), "conflict")
    assert {k: v.verdict for k, v in found.items()} == {("town|a", "town|b"): "right", ("town|a", "town|c"): "left"}
    assert all(v.binds for v in found.values())
    decisions.append(settings, [said("town|a", "town|b", "both", kind="conflict", who="李工")])
    assert decisions.effective(decisions.read(settings), "conflict")["town|a", "town|b"].disputed


@pytest.mark.parametrize(("kind", "verdict"), [("conflict", "same"), ("enterprise", "left"), ("enterprise", "maybe")])
def test_each_kind_has_its_own_verdicts(kind, verdict):
    with pytest.raises(UsageError, match=f"verdict '{verdict}' is none of"):
        said("a", "b", verdict, kind=kind)


def test_what_is_said_of_claims_is_left_for_dbt_even_where_it_is_nothing(settings):
    assert verdicts_for_dbt.write(settings) == 0
    decisions.append(settings, [said("town|b", "town|a", "left", kind="conflict"), said("a", "b", "same")])
    decisions.append(settings, [said("town|a", "town|c", "unsure", kind="conflict")])
    assert verdicts_for_dbt.write(settings) == 2
    rows = pq.read_table(settings.linkage / "conflict" / "verdicts.parquet").to_pylist()
    assert [(r["left_id"], r["right_id"], r["verdict"]) for r in rows] == [
        ("town|a", "town|b", "right"), ("town|a", "town|c", "unsure"),
    ]  # fmt: skip
    early = settings.as_known_on(datetime(2026, 10, 1))
    assert verdicts_for_dbt.write(early) == 0, "what was decided later was not known"


def test_verdicts_that_gainsay_each_other_are_refused_with_the_way_between(settings):
    one = [
        decisions.make("person", a, b, v, who="甲", why="x", source="cli")
        for a, b, v in (("a", "b", "same"), ("b", "c", "same"))
    ]
    decisions.append(settings, one)
    for who, verdict in (("甲", "different"), ("乙", "different")):
        wrong = decisions.make("person", "c", "a", verdict, who=who, why="x", source="desk")
        with pytest.raises(
            decisions.Contradiction, match="a and c are called different, and one thing by way of a = b = c"
        ) as caught:
            decisions.append(settings, [wrong])
        assert caught.value.ways == [["a", "b", "c"]]
    assert len(decisions.read(settings)) == 2, "nothing was written"
    # another kind of thing, an undone link, or a whole workbook that contradicts itself
    decisions.append(settings, [decisions.make("team", "a", "c", "different", who="甲", why="x", source="cli")])
    ring = [
        decisions.make("store", a, b, v, who="甲", why="x", source="workbook")
        for a, b, v in (("a", "b", "same"), ("a", "c", "different"), ("b", "c", "same"))
    ]
    with pytest.raises(UsageError, match="by way of a = b = c"):
        decisions.append(settings, ring)
    decisions.append(settings, [decisions.make("person", "b", "c", "undo", who="甲", why="x", source="cli")])
    decisions.append(settings, [decisions.make("person", "a", "c", "different", who="甲", why="x", source="cli")])
    assert decisions.contradictions(decisions.read(settings), "person") == {}


def numbered(settings: Settings, kind: str, codes: dict[str, str]) -> None:
    """Leave what linkage would leave: records and the good number of each."""
    folder = settings.linkage / kind
    folder.mkdir(parents=True)
    held = pa.table({"record_id": list(codes), "code": list(codes.values())})
    pq.write_table(held, folder / "codes.parquet")


def test_two_good_numbers_are_never_called_one_thing_whatever_the_way(settings):
    x, y = "91330600MA4932530B", "91330621MA8321622X"
    numbered(settings, "enterprise", {"a": x, "b": y, "d": x})
    with pytest.raises(UsageError, match="contradicting keys") as caught:
        decisions.append(settings, [said("a", "b", "same")])
    assert x in caught.value.seen
    assert y in caught.value.seen
    with pytest.raises(UsageError, match="decision 2: contradicting keys"):
        decisions.append(settings, [said("a", "c", "same"), said("b", "c", "same")])
    assert decisions.read(settings) == [], "nothing was written"
    decisions.append(settings, [said("a", "c", "same"), said("a", "d", "same"), said("a", "b", "different")])
    with pytest.raises(UsageError, match="contradicting keys"):
        decisions.append(settings, [said("c", "b", "same", who="李工")])
    decisions.append(settings, [said("a", "c", "undo"), said("c", "b", "same", who="李工")])


def test_of_two_identity_numbers_neither_is_told(settings):
    numbered(settings, "person", {"a": "0a1b2c", "b": "9f8e7d"})
    with pytest.raises(UsageError, match="two different good identity numbers") as caught:
        decisions.append(settings, [said("a", "b", "same", kind="person")])
    assert "0a1b2c" not in str(caught.value)
    assert "9f8e7d" not in str(caught.value)
    assert decisions.read(settings) == []


def test_unsure_is_no_verdict(settings):
    decisions.append(settings, [said("a", "b", "unsure"), said("a", "b", "same", who="李工"), said("a", "c", "unsure")])
    assert verdicts(settings) == {("a", "b"): "same", ("a", "c"): "unsure"}


def test_what_cannot_stand_is_named_and_nothing_is_written(settings):
    known = {"enterprise": {"a", "b"}}
    with pytest.raises(UsageError, match="decision 2: no enterprise record z") as e:
        decisions.append(
            settings, [said("a", "b", "same"), said("a", "z", "same"), said("a", "b", "undo", who="李工")], known
        )
    assert "decision 3: 李工 has no verdict" in e.value.seen
    assert decisions.read(settings) == []
    for wrong in ({"verdict": "maybe"}, {"who": " "}, {"one": "a", "other": "a"}, {"source": "phone"}):
        form = {"one": "a", "other": "b", "verdict": "same", "who": "x", "why": "y", "source": "cli"} | wrong
        one, other, verdict = form.pop("one"), form.pop("other"), form.pop("verdict")
        with pytest.raises(UsageError, match="not complete"):
            decisions.make("enterprise", one, other, verdict, **form)


def test_a_half_written_line_was_never_acknowledged_and_an_edited_one_is_refused(settings):
    decisions.append(settings, [said("a", "b", "same")])
    file = decisions.path(settings)
    before = file.read_bytes()
    file.write_bytes(before + b'{"entity_type": "enterp')
    assert len(decisions.read(settings)) == 1
    decisions.append(settings, [said("a", "c", "same")])
    assert file.read_bytes().startswith(before)
    assert len(decisions.read(settings)) == 2
    file.write_text(file.read_text(encoding="utf-8").replace('"verdict"', '"ruling"', 1), encoding="utf-8")
    with pytest.raises(AnlanError, match=r"decisions\.jsonl line 1"):
        decisions.read(settings)


def test_as_known_on_sees_what_had_been_decided_by_then(settings):
    decisions.append(settings, [said("a", "b", "same", hour=8), said("a", "c", "same", hour=12)])
    then = settings.as_known_on(datetime(2026, 10, 8, 9))
    assert verdicts(then) == {("a", "b"): "same"}
    assert decisions.digest(decisions.read(then)) != decisions.digest(decisions.read(settings))


def test_the_hash_is_of_the_entity_asked_for(settings):
    decisions.append(settings, [said("a", "b", "same")])
    one = decisions.read(settings)
    decisions.append(settings, [said("x", "y", "same", kind="person")])
    both = decisions.read(settings)
    assert decisions.digest(one, "enterprise") == decisions.digest(both, "enterprise")
    assert decisions.digest(one) != decisions.digest(both)
    assert json.loads(decisions.path(settings).read_text(encoding="utf-8").splitlines()[0])["left_id"] == "a"

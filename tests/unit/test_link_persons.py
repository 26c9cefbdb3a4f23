"""Whom a record means: sure where number and name say so, likely by what is left of them, never two numbers in one."""

from __future__ import annotations

import json
import random
from decimal import Decimal

import pyarrow as pa
import pytest

from pipelines.analysis.linkage import persons, tables
from pipelines.reading.persons import form_hash, keyed_hash, read

KEY = b"a key for tests"
LIMITS = {"match": Decimal("0.92"), "review": Decimal("0.75"), "max_cluster": Decimal(200)}
FIELDS = {
    "record_id": pa.string(), "person_hash": pa.string(), "id_stem_hash": pa.string(), "cert_identity_hash": pa.string(), "birth_date": pa.date32(),
    "phone_hash": pa.string(), "own_key": pa.string(), "unit_key": pa.string(), "town_id": pa.string(),
    **{f"name{f}_hash": pa.string() for f in ("", "_pinyin", "_surname", "_given", "_rare_last", "_rare_middle")},
}  # fmt: skip
SURNAMES, GIVEN = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗",
    "伟芳娜敏静强磊军洋勇杰娟涛超秀霞平刚桂华慧建文斌兰波辉宇晨浩然",
)
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def identity(draw: random.Random) -> str:
    body = f"330621{draw.randint(1960, 2003)}{draw.randint(1, 12):02}{draw.randint(1, 28):02}{draw.randint(1, 998):03}"
    return body + "10X98765432"[sum(w * int(d) for w, d in zip(WEIGHTS, body, strict=True)) % 11]


def record(record_id: str, name: str | None, number: str | None = None, phone: str | None = None, **more) -> dict:
    """Return a record as the model has it, read as the door reads: nothing but hashes."""
    row = dict.fromkeys(FIELDS) | {"record_id": record_id} | more
    if name:
        found = read(name, "person_name")
        row["name_hash"] = keyed_hash(found.value, KEY) if found.value else None
        row |= {f"name_{f}_hash": form_hash(f, v, KEY) for f, v in found.forms.items()}
    if number:
        found = read(number, "id_number")
        row["person_hash"] = keyed_hash(found.value, KEY) if found.value else None
        row["id_stem_hash"] = form_hash("stem", found.forms["stem"], KEY) if "stem" in found.forms else None
        row["birth_date"] = found.born or found.stated_birth
    if phone:
        row["phone_hash"] = keyed_hash(phone, KEY)
    return row


def crowd(count: int = 400) -> list[dict]:
    """Return people of two lists, so that the model has something to learn from; every third on both."""
    draw = random.Random(4)
    rows = []
    for i in range(count):
        name = draw.choice(SURNAMES) + draw.choice(GIVEN) + draw.choice(GIVEN)
        number, phone = identity(draw), f"138{draw.randint(10000000, 99999999)}"
        place = {"town_id": f"t{i % 16}", "unit_key": f"u{i % 60}"}
        rows.append(record(f"a:roster:{i:04}", name, number, phone, **place))
        if i % 3 == 0:
            rows.append(record(f"b:team:{i:04}", name, number if i % 2 else None, phone if i % 4 else None, **place))
    return rows


def linked(rows: list[dict], decisions: dict | None = None):
    records = pa.table({c: pa.array([r[c] for r in rows], t) for c, t in FIELDS.items()})
    return persons.run(records, decisions or {}, LIMITS, None)


def clusters(found) -> dict[str, str]:
    return dict(zip(found.links["record_id"].to_pylist(), found.links["cluster_id"].to_pylist(), strict=True))


def with_people(*rows: dict):
    found = linked([*crowd(), *rows])
    return found, clusters(found)


def pairs(found, rule: str) -> list[tuple[str, str, str]]:
    return [(p["left_id"], p["right_id"], p["band"]) for p in found.pairs.to_pylist() if p["rule"] == rule]


PLACE = {"town_id": "t3", "unit_key": "u3"}
DRAW = random.Random(9)
ONE, OTHER = identity(DRAW), identity(DRAW)


def test_the_crowd_is_told_apart_and_joined():
    _, of = with_people()
    wrong = {i: c for i, c in of.items() if c.split(":")[-1] != i.split(":")[-1]}
    assert wrong == {}
    missed = [i for i, c in of.items() if i.startswith("b:") and not c.startswith("a:")]
    assert missed == []


@pytest.mark.parametrize(
    ("name", "number", "phone"),
    [
        ("欧阳 晓芳", ONE, None),  # a blank inside the name
        ("欧阳晓芳", ONE[:6] + ONE[8:17] if ONE[6:8] == "19" else ONE.lower(), None),  # 15 places, a small x
        ("欧阳晓芳", ONE[:17] + ("1" if ONE[17] != "1" else "2"), None),  # a wrong check place
        ("欧阳晓芳", None, "13912345678"),  # name and phone only
        ("欧阳晓?", ONE, None),  # a lost character under the number
        ("欧阳晓\ue5e5", None, "13912345678"),  # a private-use character, phone and place
        ("欧阳小芳", ONE, "13912345678"),  # another character of the same sound
    ],
)
def test_what_was_spoiled_is_still_the_same_person(name, number, phone):
    _, of = with_people(
        record("a:x", "欧阳晓芳", ONE, "13912345678", **PLACE), record("b:x", name, number, phone, **PLACE)
    )
    assert of["b:x"] == of["a:x"] == "a:x"


def test_the_same_name_in_another_place_is_somebody_else():
    _, of = with_people(
        record("a:x", "王伟", ONE, "13912345678", **PLACE),
        record("b:x", "王伟", None, None, town_id="t9", unit_key="u9"),
    )
    assert of["b:x"] != of["a:x"]


def test_two_good_numbers_are_never_one_person_and_people_are_asked():
    found, of = with_people(
        record("a:x", "欧阳晓芳", ONE, "13912345678", **PLACE),
        record("b:x", "欧阳晓芳", OTHER, "13912345678", **PLACE),
        record("c:x", "欧阳晓芳", None, "13912345678", **PLACE),
    )
    assert of["a:x"] != of["b:x"]
    assert of["c:x"] in {of["a:x"], of["b:x"]}
    assert ("a:x", "b:x", "review") in pairs(found, persons.TWO_NUMBERS)
    codes = {r["record_id"]: r["code"] for r in found.codes.to_pylist()}
    assert codes["a:x"] != codes["b:x"], "what the review refuses a verdict by"
    assert "c:x" not in codes


def test_a_decision_same_cannot_join_two_good_numbers():
    rows = [*crowd(), record("a:x", "欧阳晓芳", ONE, **PLACE), record("b:x", "欧阳晓芳", OTHER, **PLACE)]
    found = linked(rows, {("a:x", "b:x"): "same"})
    assert clusters(found)["a:x"] != clusters(found)["b:x"]
    assert found.refused == [("a:x", "b:x")]


def test_one_number_under_two_names_is_shown_and_not_joined():
    found, of = with_people(
        record("a:x", "欧阳晓芳", ONE, "13912345678", **PLACE),
        record("b:x", "李建国", ONE, None, town_id="t9", unit_key="u9"),
    )
    assert of["a:x"] != of["b:x"]
    assert pairs(found, persons.TWO_NAMES) == [("a:x", "b:x", "review")]
    why = next(json.loads(p["why"]) for p in found.pairs.to_pylist() if p["rule"] == persons.TWO_NAMES)
    assert [(w["column"], w["level"]) for w in why] == [("identity", "equal"), ("name", "different")]


def test_an_own_number_joins_under_the_same_name_only():
    own = {"own_key": "towns:staff:9", **PLACE}
    _, of = with_people(
        record("a:x", "欧阳晓芳", ONE, **own), record("b:pay", "欧阳晓芳", **own), record("b:other", "李建国", **own)
    )
    assert of["b:pay"] == of["a:x"]
    assert of["b:other"] != of["a:x"]


def test_the_order_of_records_plays_no_part():
    rows = [*crowd(), record("a:x", "欧阳晓芳", ONE, "139", **PLACE), record("b:x", "欧阳晓芳", OTHER, "139", **PLACE)]
    first = linked(rows)
    random.Random(2).shuffle(rows)
    again = linked(rows)
    assert again.links.equals(first.links)
    assert again.pairs.equals(first.pairs)


def test_no_value_leaves_linkage():
    """Texts of pairs name columns and levels; no hash that came in goes out."""
    rows = [*crowd(), record("a:x", "欧阳晓芳", ONE, "139", **PLACE), record("b:x", "欧阳晓芳", OTHER, "139", **PLACE)]
    found = linked(rows)
    told = json.dumps([found.pairs.to_pylist(), found.links.to_pylist(), found.model], ensure_ascii=False)
    values = {v for r in rows for c, v in r.items() if c.endswith("_hash") and v}
    assert len(values) > 1000
    assert [v for v in values if v in told] == []


def test_nobody_is_no_fault():
    found = linked([])
    assert (found.links.schema, found.pairs.num_rows) == (tables.LINKS, 0)

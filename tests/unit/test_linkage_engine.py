"""Records of the same thing meet, others do not, and nothing but the set of records plays a part."""

from __future__ import annotations

import random

import pytest

from pipelines.analysis.linkage import Spec, link
from pipelines.errors import AnlanError

PEOPLE = Spec("id", {"given": "name", "family": "name", "born": "date", "street": "address", "phone": "phone"})
GIVEN = "anna bernd clara david emma felix greta hans ida jonas klara lukas maria nils olga paul".split()
FAMILY = "schmidt weber wagner becker hoffmann koch richter klein wolf neumann schwarz zimmermann".split()


def people(count: int = 150, seed: int = 1) -> list[dict]:
    """Return ``count`` persons, every second one twice with a slip."""
    draw = random.Random(seed)
    rows = []
    for i in range(count):
        row = {
            "id": f"p{i}-a", "given": draw.choice(GIVEN), "family": draw.choice(FAMILY),
            "born": f"{draw.randint(1940, 2005)}-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}",
            "street": f"{draw.randint(1, 200)} {draw.choice(FAMILY)} road", "phone": f"138{draw.randint(10000000, 99999999)}",
        }  # fmt: skip
        rows.append(row)
        if i % 2:
            slip = row | {"id": f"p{i}-b"}
            at = draw.choice(["given", "family", "born", "street", "phone"])
            slip[at] = None if draw.random() < 0.3 else slip[at][:-1] + draw.choice("abc123")
            rows.append(slip)
    return rows


def clusters(linked) -> dict[str, str]:
    return dict(zip(linked.links["record_id"].to_pylist(), linked.links["cluster_id"].to_pylist(), strict=True))


def test_duplicates_meet_and_others_do_not():
    found = clusters(link(people(), PEOPLE))
    assert {i: c for i, c in found.items() if c != i.split("-")[0] + "-a"} == {}


def test_the_order_of_rows_plays_no_part():
    rows = people()
    first = link(rows, PEOPLE)
    random.Random(5).shuffle(rows)
    again = link(rows, PEOPLE)
    assert again.links.equals(first.links)
    assert again.pairs.equals(first.pairs)
    assert again.model == first.model


def test_a_key_joins_what_nothing_else_would():
    rows = [*people(), {"id": "x", "phone": "110", "given": "zoe"}, {"id": "y", "phone": "110", "given": "otto"}]
    found = link(rows, Spec("id", PEOPLE.columns, keys=("phone",)))
    assert clusters(found)["y"] == "x"
    how = dict(zip(found.links["record_id"].to_pylist(), found.links["how"].to_pylist(), strict=True))
    assert how["y"] == "key"


def test_two_codes_that_exclude_each_other_never_meet():
    rows = [r | {"code": None} for r in people()]
    twins = {"given": "zoe", "family": "quint", "born": "1990-01-31", "street": "7 long road", "phone": "13900001111"}
    rows += [twins | {"id": f"t{i}", "code": code} for i, code in enumerate(["91A", "91B", None])]
    found = clusters(link(rows, Spec("id", dict(PEOPLE.columns) | {"code": "code"}, exclusive=("code",))))
    assert found["t0"] != found["t1"]
    assert found["t2"] in {found["t0"], found["t1"]}


def test_what_people_said_holds():
    rows = people()
    found = clusters(link(rows, PEOPLE, {("p1-a", "p1-b"): "different", ("p0-a", "p2-a"): "same"}))
    assert found["p1-a"] != found["p1-b"]
    assert found["p2-a"] == "p0-a"


def test_one_record_alone_is_a_cluster():
    assert clusters(link([{"id": "a", "given": "anna"}], Spec("id", {"given": "name"}))) == {"a": "a"}


@pytest.mark.parametrize(
    ("rows", "said"),
    [([], "are empty"), ([{"id": "a"}], "lack columns"), ([{"id": "a", "given": "x"}] * 2, "repeat an id"),
     ([{"id": None, "given": "x"}], "without an id")],
)  # fmt: skip
def test_bad_records_are_refused(rows, said):
    with pytest.raises(AnlanError, match=said):
        link(rows, Spec("id", {"given": "name"}))


def test_a_column_may_keep_records_apart_without_being_compared():
    rows = [r | {"number": None} for r in people()]
    twins = {"given": "zoe", "family": "quint", "born": "1990-01-31", "street": "7 long road", "phone": "13900001111"}
    rows += [twins | {"id": f"t{i}", "number": n} for i, n in enumerate(["1", "2", None])]
    linked = link(rows, Spec("id", PEOPLE.columns, exclusive=("number",)))
    assert clusters(linked)["t0"] != clusters(linked)["t1"]
    assert "number" not in linked.pairs["why"][0].as_py()


def test_the_key_named_first_holds_where_keys_contradict():
    rows = [r | {"own": None, "number": None} for r in people()]
    rows += [
        {"id": "m1", "own": "A", "number": "1", "phone": "1390000"},
        {"id": "m2", "own": "B", "number": "2", "phone": "1390000"},
        {"id": "z", "own": "B", "phone": "1390000"},
    ]
    for keys in ((("own",), ("phone",)), (("phone",), ("own",))):
        found = clusters(link(rows, Spec("id", PEOPLE.columns, keys=keys, exclusive=("number",))))
        assert found["m1"] != found["m2"]
        assert found["z"] == found["m2" if keys[0] == ("own",) else "m1"]


def hashes(whole="-", sound="-", last="-", middle="-", given="-", surname="-") -> str:
    return " ".join((whole, sound, last, middle, given, surname))


def test_hashed_names_meet_by_sound_and_by_what_a_loss_leaves():
    draw = random.Random(3)
    rows = []
    for i in range(400):
        given, family = draw.randint(0, 60), draw.randint(0, 12)
        name = hashes(
            f"w{family}.{given}",
            f"s{family}.{given // 2}",
            f"l{family}.{given // 3}",
            f"m{family}.{given}",
            f"g{given}",
            f"f{family}",
        )
        row = {"id": f"p{i:03}-a", "name": name, "unit": f"u{i % 40}", "born": f"{draw.randint(1950, 2005)}-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}"}  # fmt: skip
        rows.append(row)
        if i % 4 == 1:
            rows.append(row | {"id": f"p{i:03}-b"})
        if i % 4 == 2:  # another character of the same sound
            rows.append(
                row | {"id": f"p{i:03}-b", "name": hashes(f"x{i}", f"s{family}.{given // 2}", surname=f"f{family}")}
            )
        if i % 4 == 3:  # the last character lost
            rows.append(
                row | {"id": f"p{i:03}-b", "name": hashes(last=f"l{family}.{given // 3}", surname=f"f{family}")}
            )
    linked = link(rows, Spec("id", {"name": "name_hashes", "born": "date", "unit": "hash"}), plain=True)
    assert {i: c for i, c in clusters(linked).items() if c != i.split("-")[0] + "-a"} == {}
    said = " ".join(linked.pairs["why"].to_pylist())
    assert "name sounds equal" in said
    assert "name one character lost" in said


def test_hashed_numbers_meet_but_for_the_check_place():
    rows = [
        {"id": f"p{i:03}-{c}", "number": f"{'-' if c == 'b' else f'n{i}'} s{i} {1950 + i % 50}-01-{i % 28 + 1:02} {1950 + i % 50}", "given": GIVEN[i % 16], "family": FAMILY[i % 12]}
        for i in range(200) for c in "ab"
    ]  # fmt: skip
    linked = link(rows, Spec("id", {"number": "id_hashes", "given": "name", "family": "name"}), plain=True)
    assert {i: c for i, c in clusters(linked).items() if c != i.split("-")[0] + "-a"} == {}
    assert "number equal but for the check place" in linked.pairs["why"][0].as_py()

"""Enterprises: which record is which firm, by code, number and name, and what must stay apart."""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal

import pyarrow as pa
import pytest

from pipelines.analysis.linkage import enterprises
from pipelines.analysis.linkage.firm_names import HEAD, Names

LIMITS = {"match": Decimal("0.92"), "review": Decimal("0.75"), "max_cluster": Decimal(50)}
COLUMNS = (
    "record_id silo record_kind firm_name_key uscc uscc_text parent_uscc landlord_uscc landlord_number silo_number town_id "
    "town_name address phone_hash lon lat seen_date valid_to_date"
).split()
TYPES = {c: pa.string() for c in COLUMNS} | {"lon": pa.decimal128(10, 6), "lat": pa.decimal128(10, 6), "seen_date": pa.date32(), "valid_to_date": pa.date32()}  # fmt: skip
# good codes by GB 32100
A, B, C, T = "91330600MA4932530B", "91330621MA8321622X", "91330621MA90967898", "92330621319812748Q"


def record(record_id: str, name: str | None = None, code: str | None = None, **more) -> dict:
    silo = record_id.split(":")[0]
    row = dict.fromkeys(COLUMNS) | {
        "record_id": record_id,
        "silo": silo,
        "record_kind": "mention",
        "firm_name_key": name,
    }
    row |= {"uscc": code, "uscc_text": code, "town_name": "马鞍街道" if more.get("town_id") else None}
    return row | more


def register(no: str, name: str, code: str | None, town: str = "T1", silo: str = "firms", **more) -> dict:
    return record(
        f"{silo}:enterprises:{no}", name, code, record_kind="register", silo_number=f"{silo}:{no}", town_id=town, **more
    )


def table(rows: list[dict]) -> pa.Table:
    return pa.table({c: pa.array([r[c] for r in rows], TYPES[c]) for c in COLUMNS})


def linked(rows: list[dict], decisions: dict | None = None):
    return enterprises.run(table(rows), decisions or {}, LIMITS)


def ids(found) -> dict[str, str]:
    return dict(zip(found.links["record_id"].to_pylist(), found.links["cluster_id"].to_pylist(), strict=True))


def reason(found, record_id: str) -> str:
    return next(r["reason"] for r in found.links.to_pylist() if r["record_id"] == record_id)


# a district of firms that have nothing to do with the case, so that a model can be trained
CROWD = [
    row
    for i, (first, code) in enumerate(
        [("恒达", A.replace("A4", f"A{n}")) for n in range(10)]
        + [
            (w, f"9133060300000{n:03d}XX")
            for n, w in enumerate("金源 天宝 富康 华茂 永昌 嘉和 隆兴 宏业 锦绣 美丰 佳音 裕国".split())
        ]
    )
    if i >= 10
    for row in (
        register(f"Q9{i}", f"绍兴柯桥{first}纺织有限公司", code, f"T{i % 5}"),
        register(f"Z9{i}", f"绍兴柯桥{first}纺织有限公司", code, f"T{i % 5}", silo="enforcement"),
    )
]


def test_a_name_is_taken_apart():
    names = Names(["马鞍街道", "钱清街道"])
    one = names.split("绍兴柯桥恒达纺织有限公司")
    assert (one.region, one.core, one.form, one.branch) == ("绍兴柯桥", "恒达纺织", "有限公司", HEAD)
    assert names.split("绍兴马鞍恒达纺织").short == "绍兴马鞍恒达纺织"
    assert not names.split("绍兴马鞍恒达纺织").is_full
    branch = names.split("绍兴柯桥恒达纺织有限公司第2分公司")
    assert (branch.core, branch.branch) == ("恒达纺织第2分公司", "第2分公司")
    assert names.split("原绍兴县恒达棉纺厂").core == "恒达棉纺"
    assert names.split("柯桥有限公司").core == "柯桥", "where nothing else is left the place is the firm's word"
    assert names.agree("绍兴县恒达棉纺厂", "绍兴柯桥恒达纺织有限公司")
    assert not names.agree("绍兴柯桥恒达纺织有限公司", "绍兴柯桥恒达纺织有限公司第2分公司")
    assert not names.agree("绍兴柯桥恒达纺织有限公司", "绍兴柯桥金源纺织有限公司")


def test_a_code_joins_whatever_the_form_of_the_name():
    found = ids(
        linked(
            [
                *CROWD,
                register("Q1", "绍兴柯桥鼎鑫纺织有限公司", A),
                register("Z1", "绍兴县鼎鑫棉纺厂", A, silo="enforcement"),
                record("fire:iot:1", None, A),
            ]
        )
    )
    assert {found["firms:enterprises:Q1"], found["enforcement:enterprises:Z1"], found["fire:iot:1"]} == {f"E{A}"}


def test_one_wrong_sign_is_mended_only_where_the_name_agrees():
    wrong = A[:-1] + "A"
    rows = [
        *CROWD,
        register("Q1", "绍兴柯桥鼎鑫纺织有限公司", A),
        record("fire:a:1", "绍兴柯桥鼎鑫纺织有限公司", None, uscc_text=wrong),
        record("fire:a:2", "绍兴柯桥无名纺织有限公司", None, uscc_text=wrong),
        record("fire:a:3", None, None, uscc_text=wrong),
        record("fire:a:4", "绍兴柯桥鼎鑫纺织有限公司", None, uscc_text="91" + "0" * 15 + "A"),
    ]
    made = linked(rows)
    found = ids(made)
    assert found["fire:a:1"] == f"E{A}"
    assert "笔误" in reason(made, "fire:a:1")
    assert found["fire:a:2"].startswith("E-")
    assert found["fire:a:3"].startswith("E-")
    assert found["fire:a:4"] == f"E{A}", "by its full name, not by the code"
    assert "全称唯一" in reason(made, "fire:a:4")


def test_a_code_that_belongs_to_another_name_is_contested_and_shown():
    rows = [
        *CROWD,
        register("Q1", "绍兴柯桥鼎鑫纺织有限公司", A),
        register("Z1", "绍兴柯桥鼎鑫纺织有限公司", A, silo="enforcement"),
        register("Q2", "绍兴柯桥裕丰机械有限公司", B),
        register("Z2", "绍兴柯桥裕丰机械有限公司", B, silo="enforcement"),
        record("police:cameras:1", "绍兴柯桥鼎鑫纺织有限公司", B),
    ]
    made = linked(rows)
    found = ids(made)
    assert found["police:cameras:1"] not in {f"E{A}", f"E{B}"}
    pairs = [p for p in made.pairs.to_pylist() if p["rule"] == enterprises.CONTESTED]
    assert {p["left_id"] for p in pairs} | {p["right_id"] for p in pairs} >= {
        "police:cameras:1", "enforcement:enterprises:Z1", "enforcement:enterprises:Z2",
    }  # fmt: skip
    assert {p["band"] for p in pairs} == {"review"}
    assert {p["probability"] for p in pairs} == {None}


def test_a_register_line_with_the_name_of_one_and_the_code_of_another_is_contested():
    rows = [
        *CROWD,
        register("Z1", "绍兴柯桥鼎鑫纺织有限公司", A, silo="enforcement"),
        register("Y1", "绍兴柯桥鼎鑫纺织有限公司", A, silo="emergency"),
        register("Q1", "绍兴柯桥鼎鑫纺织有限公司", C),
    ]
    found = ids(linked(rows))
    assert found["firms:enterprises:Q1"].startswith("E-"), "nobody else knows that code, many know the name"
    assert found["enforcement:enterprises:Z1"] == f"E{A}"


def test_a_tenant_under_the_landlords_code_is_a_subject_of_its_own():
    rows = [
        *CROWD,
        register("Q1", "绍兴柯桥鼎鑫纺织有限公司", A, address="马鞍街道1号", lon=Decimal("120.5"), lat=Decimal("30.1")),
        register(
            "QT1",
            "绍兴鸿布绣花厂",
            A,
            landlord_uscc=A,
            address="马鞍街道1号东侧厂房",
            lon=Decimal("120.5"),
            lat=Decimal("30.1"),
        ),
        record("firms:lease:1", "绍兴鸿布绣花厂", T, record_kind="lease", landlord_number="firms:Q1"),
    ]
    made = linked(rows)
    found = ids(made)
    assert found["firms:enterprises:Q1"] == f"E{A}"
    assert found["firms:enterprises:QT1"] == found["firms:lease:1"] == f"E{T}"
    assert "承租" in reason(made, "firms:enterprises:QT1")
    codes = {r["record_id"]: r["code"] for r in made.codes.to_pylist()}
    assert (codes["firms:enterprises:Q1"], codes["firms:lease:1"]) == (A, T)
    assert codes.get("firms:enterprises:QT1") != A, "the landlord's code is not the tenant's own"
    alone = ids(linked(rows[:-1]))
    assert alone["firms:enterprises:QT1"].startswith("E-")


def test_a_branch_never_meets_its_head_office():
    rows = [
        *CROWD,
        register("Q1", "绍兴柯桥鼎鑫纺织有限公司", A, lon=Decimal("120.5"), lat=Decimal("30.1")),
        register(
            "QF1", "绍兴柯桥鼎鑫纺织有限公司第1分公司", None, lon=Decimal("120.5"), lat=Decimal("30.1"), parent_uscc=A
        ),
        record("fire:a:1", "绍兴柯桥鼎鑫纺织有限公司第1分公司", None, town_id="T1"),
    ]
    found = ids(linked(rows))
    assert found["firms:enterprises:QF1"].startswith("E-")
    assert found["fire:a:1"] == found["firms:enterprises:QF1"]


def test_old_numbers_and_former_names_come_through_the_name_history():
    history = record(
        "firms:name_changes:Q1/1", "绍兴县鼎鑫棉纺厂", None, record_kind="former_name", silo_number="firms:Q1",
        uscc_text="330621100000001", valid_to_date=date(2018, 3, 31),
    )  # fmt: skip
    rows = [
        *CROWD,
        register("Q1", "绍兴柯桥鼎鑫纺织有限公司", A),
        history,
        record("fire:a:1", None, None, uscc_text="330621100000001"),
        record("utilities:meters:1", "绍兴县鼎鑫棉纺厂", None, town_id="T1"),
        record("fire:a:2", "绍兴柯桥裕丰机械有限公司", None, uscc_text="330621100000001", town_id="T1"),
    ]
    found = ids(linked(rows))
    assert found["firms:name_changes:Q1/1"] == found["fire:a:1"] == found["utilities:meters:1"] == f"E{A}"
    assert found["fire:a:2"] != f"E{A}", "the name says another firm"


def test_a_name_that_was_anothers_before_is_its_bearers_now():
    rows = [
        *CROWD,
        register("Q1", "绍兴柯桥鼎鑫纺织有限公司", A),
        record("firms:name_changes:Q1/1", "绍兴县鼎鑫纺织有限公司", None, record_kind="former_name", silo_number="firms:Q1", valid_to_date=date(2018, 3, 31)),
        register("Q2", "绍兴县鼎鑫纺织有限公司", B, town="T2"),
        record("militia:members:1", "绍兴县鼎鑫纺织有限公司", None, seen_date=date(2026, 9, 1)),
        record("militia:members:2", "绍兴县鼎鑫纺织有限公司", None),
    ]  # fmt: skip
    found = ids(linked(rows))
    assert found["militia:members:1"] == f"E{B}"
    assert found["militia:members:2"].startswith("E-"), "without a day either may be meant"


def test_a_short_or_county_name_needs_the_town():
    rows = [
        *CROWD,
        register("Q1", "绍兴柯桥鼎鑫纺织有限公司", A),
        record("governance:h:1", "绍兴柯桥鼎鑫纺织", None, town_id="T1"),
        record("governance:h:2", "绍兴柯桥鼎鑫纺织", None, town_id="T4"),
        record("governance:h:3", "绍兴柯桥鼎鑫纺织", None),
        record("utilities:m:1", "绍兴县鼎鑫纺织有限公司", None, town_id="T1"),
        record("utilities:m:2", "绍兴县鼎鑫纺织有限公司", None),
    ]
    found = ids(linked(rows))
    assert found["governance:h:1"] == found["utilities:m:1"] == f"E{A}"
    assert f"E{A}" not in {found["governance:h:2"], found["governance:h:3"], found["utilities:m:2"]}


def test_people_cut_and_join_and_a_code_is_stronger_than_they_are():
    rows = [
        *CROWD,
        register("Q1", "绍兴柯桥鼎鑫纺织有限公司", A),
        register("Q2", "绍兴柯桥裕丰机械有限公司", B),
        record("governance:h:2", "绍兴柯桥鼎鑫纺织", None, town_id="T4"),
        record("governance:h:3", "绍兴柯桥鼎鑫纺织", None, town_id="T1"),
    ]
    pair = ("firms:enterprises:Q1", "governance:h:2")
    assert ids(linked(rows, {pair: "same"}))["governance:h:2"] == f"E{A}"
    assert ids(linked(rows, {pair: "disputed"}))["governance:h:2"].startswith("E-")
    cut = linked(rows, {("firms:enterprises:Q1", "governance:h:3"): "different"})
    assert ids(cut)["governance:h:3"].startswith("E-")
    assert [p["decision"] for p in cut.pairs.to_pylist() if p["right_id"] == "governance:h:3" and p["left_id"] == "firms:enterprises:Q1"] == ["different"]  # fmt: skip
    refused = ids(linked(rows, {("firms:enterprises:Q1", "firms:enterprises:Q2"): "same"}))
    assert refused["firms:enterprises:Q1"] != refused["firms:enterprises:Q2"]


def test_the_order_of_rows_plays_no_part():
    rows = [
        *CROWD,
        register("Q1", "绍兴柯桥鼎鑫纺织有限公司", A),
        record("governance:h:1", "绍兴柯桥鼎鑫纺织", None, town_id="T1"),
        record("governance:h:3", "绍兴柯桥鼎鑫纺织", None),
    ]
    first = linked(rows)
    mixed = rows[:]
    random.Random(3).shuffle(mixed)
    second = linked(mixed)
    for name in ("links", "pairs"):
        key = [(c, "ascending") for c in getattr(first, name).column_names[:2]]
        assert getattr(first, name).sort_by(key).equals(getattr(second, name).sort_by(key))
    assert first.model["model_version"] == second.model["model_version"]


def test_nothing_is_linked_where_there_is_nothing():
    assert enterprises.run(table([]), {}, LIMITS).links.num_rows == 0


@pytest.mark.parametrize("count", [51, 60])
def test_one_firm_named_in_too_many_ways_is_stopped_and_keeps_its_code_once(count):
    rows = [*CROWD, *(register(f"Q{i}", "绍兴柯桥鼎鑫纺织有限公司", A, address=f"{i}号") for i in range(count))]
    made = linked(rows)
    mine = [i for r, i in ids(made).items() if not r.split(":")[-1].startswith(("Q9", "Z9")) or r.endswith(":Q9")]
    assert made.stopped.num_rows >= count
    assert mine.count(f"E{A}") == 1


def test_what_stands_at_the_same_place_and_bears_another_name_is_not_even_a_question():
    place = {"lon": Decimal("120.5"), "lat": Decimal("30.1"), "address": "马鞍街道1号", "town_id": "T1"}
    rows = [
        *CROWD,
        register("Q1", "绍兴柯桥鼎鑫纺织有限公司", A, lon=place["lon"], lat=place["lat"], address=place["address"]),
        record("governance:h:1", "绍兴柯桥鸿布印花有限公司", None, **place),
        record("fire:iot:1", None, None, uscc_text="不清", **place),
    ]
    made = linked(rows)
    assert ids(made)["governance:h:1"].startswith("E-")
    assert ids(made)["fire:iot:1"].startswith("E-")
    assert {"governance:h:1", "fire:iot:1"} & {
        *made.pairs["left_id"].to_pylist(),
        *made.pairs["right_id"].to_pylist(),
    } == set()

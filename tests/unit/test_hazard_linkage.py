"""Reports of one hazard are one; a recurrence, two numbers of one register and equal rivals are not joined."""

from __future__ import annotations

import csv
import json
import random
from datetime import date, datetime, timedelta
from decimal import Decimal

import pyarrow as pa
import pytest

from pipelines.analysis.linkage import hazards, tables
from pipelines.errors import AnlanError
from pipelines.settings import ROOT

DAY = datetime(2026, 7, 1, 2, 0, 0)
TYPES = {
    "lon": pa.decimal128(10, 6),
    "lat": pa.decimal128(10, 6),
    "deadline_date": pa.date32(),
    "found_at": pa.timestamp("us"),
}
COLUMNS = (
    "record_id silo table_name uscc firm_stem finder_silo clause_code group_code grade_meaning hazard_text lon lat deadline_date found_at"
).split()


@pytest.fixture(scope="module")
def numbers() -> dict[str, Decimal]:
    with (ROOT / "dbt_project" / "seeds" / "method_link_thresholds.csv").open(encoding="utf-8") as f:
        rows = [r for r in csv.DictReader(f) if r["entity_type"] in ("any", "hazard")]
    return {r["parameter_code"]: Decimal(r["value"]) for r in sorted(rows, key=lambda r: r["entity_type"] == "hazard")}


def report(number: str, silo: str = "enforcement", table: str = "hazards", **said) -> dict:
    """Return a report of a blocked exit at one firm; what is told differs by ``said``."""
    return {
        "record_id": f"{silo}:{table}:{number}", "silo": silo, "table_name": table, "uscc": "U1", "firm_stem": "安泰纺织", "finder_silo": None,
        "clause_code": "EX-01", "group_code": "exit", "grade_meaning": "general", "hazard_text": "疏散通道或安全出口堵塞、上锁",
        "lon": Decimal("120.500000"), "lat": Decimal("30.100000"), "deadline_date": date(2026, 7, 16), "found_at": DAY, **said,
    }  # fmt: skip


def grid(number: str = "WG1", **said) -> dict:
    """Return the grid's report of the same: other words, no credit code, 40 m off, a day later."""
    return report(
        number, "governance", "grid_hazards",
        **{"uscc": None, "hazard_text": "巡查发现：安泰纺织安全出口堵住了", "lon": Decimal("120.500400"), "found_at": DAY + timedelta(days=1), **said},
    )  # fmt: skip


def table(*rows: dict) -> pa.Table:
    return pa.table({c: pa.array([r[c] for r in rows], TYPES.get(c, pa.string())) for c in COLUMNS})


def linked(numbers, *rows, decisions=None):
    return hazards.link(table(*rows), decisions or {}, numbers)


def clusters(found) -> list[set[str]]:
    by: dict[str, set[str]] = {}
    for r in found.links.to_pylist():
        by.setdefault(r["cluster_id"], set()).add(r["record_id"].split(":")[2])
    return sorted(by.values(), key=sorted)


def test_other_words_place_and_day_are_one_hazard(numbers):
    found = linked(
        numbers, report("YH1"), grid(), report("XH1", "fire", "fire_hazards", found_at=DAY - timedelta(days=1))
    )
    assert clusters(found) == [{"YH1", "WG1", "XH1"}]
    why = json.loads(found.pairs.to_pylist()[0]["why"])
    assert {w["column"] for w in why} >= {"place", "what"}
    assert all(r["how"] == "probability" and r["reason"].startswith("with ") for r in found.links.to_pylist())


@pytest.mark.parametrize(
    "said",
    [
        {"found_at": DAY + timedelta(days=3, minutes=1)},
        {"clause_code": "EL-01", "hazard_text": "电气线路私拉乱接"},
        {"firm_stem": "别家", "lon": Decimal("120.510000")},
        {"firm_stem": "别家"},
        {"lon": Decimal("120.501500")},
    ],
    ids=["later", "another clause", "another firm elsewhere", "another firm at the place", "same firm 140 m off"],
)
def test_what_differs_stays_apart(numbers, said):
    assert clusters(linked(numbers, report("YH1"), grid(**said))) == [{"WG1"}, {"YH1"}]


def test_a_recurrence_is_another_hazard(numbers):
    again = report("YH2", found_at=DAY + timedelta(days=20))
    found = linked(numbers, report("YH1"), grid(), again, grid("WG2", found_at=DAY + timedelta(days=21)))
    assert clusters(found) == [{"WG1", "YH1"}, {"WG2", "YH2"}]


def test_two_numbers_of_one_register_are_two_hazards_unless_a_person_says_otherwise(numbers):
    one, two = report("YH1"), report("YH2", found_at=DAY + timedelta(hours=1))
    assert clusters(linked(numbers, one, two)) == [{"YH1"}, {"YH2"}]
    said = {(one["record_id"], two["record_id"]): "same"}
    found = linked(numbers, one, two, decisions=said)
    assert clusters(found) == [{"YH1", "YH2"}]
    assert {r["how"] for r in found.links.to_pylist()} == {"review"}


def test_equal_rivals_go_to_people(numbers):
    found = linked(numbers, report("YH1"), report("YH2", found_at=DAY + timedelta(hours=1)), grid())
    assert clusters(found) == [{"WG1"}, {"YH1"}, {"YH2"}]
    assert [(p["band"], p["probability"] < 0.5) for p in found.pairs.to_pylist()] == [("review", True)] * 2
    assert {r["reason"] for r in found.links.to_pylist()} == {"a likely pair waits for a person"}


def test_a_rival_that_is_settled_elsewhere_falls_away(numbers):
    # one report of the grid agrees with the first line to the minute; that leaves the second line and the other report
    lines = report("YH1"), report("YH2", found_at=DAY + timedelta(hours=2))
    sure, left = grid("WG1", found_at=DAY), grid("WG2")
    assert clusters(linked(numbers, *lines, left)) == [{"WG2"}, {"YH1"}, {"YH2"}]
    assert clusters(linked(numbers, *lines, sure, left)) == [{"WG1", "YH1"}, {"WG2", "YH2"}]


def test_words_alone_join_where_no_clause_is_known(numbers):
    one = report("YH1", "emergency", clause_code=None, group_code=None, hazard_text="消防车道被占用，请尽快处理")
    two = grid(clause_code=None, group_code=None, hazard_text="消防车道被占用")
    assert clusters(linked(numbers, one, two)) == [{"WG1", "YH1"}]
    two["hazard_text"] = "边坡有落石"
    assert clusters(linked(numbers, one, two)) == [{"WG1"}, {"YH1"}]


def test_a_wrong_merge_is_undone_and_restored(numbers):
    one, two = report("YH1"), grid()
    pair = tuple(sorted((one["record_id"], two["record_id"])))
    assert clusters(linked(numbers, one, two)) == [{"WG1", "YH1"}]
    apart = linked(numbers, one, two, decisions={pair: "different"})
    assert clusters(apart) == [{"WG1"}, {"YH1"}]
    assert [p["decision"] for p in apart.pairs.to_pylist()] == ["different"]
    disputed = linked(numbers, one, two, decisions={pair: "disputed"})
    assert clusters(disputed) == [{"WG1", "YH1"}], "where people disagree nothing changes"
    assert [p["decision"] for p in disputed.pairs.to_pylist()] == ["disputed"]


def test_different_binds_through_others(numbers):
    rows = report("YH1"), grid(), report("XH1", "fire", "fire_hazards")
    pair = tuple(sorted((rows[1]["record_id"], rows[2]["record_id"])))
    found = clusters(linked(numbers, *rows, decisions={pair: "different"}))
    assert len(found) == 2
    assert not any({"WG1", "XH1"} <= c for c in found)


def test_the_order_of_rows_does_not_matter(numbers):
    rows = [
        report(f"YH{i}", uscc=f"U{i % 7}", firm_stem=f"厂{i % 7}", found_at=DAY + timedelta(hours=9 * i), clause_code=f"EX-0{i % 3}") for i in range(60)
    ]  # fmt: skip
    rows += [
        grid(f"WG{i}", firm_stem=f"厂{i % 7}", found_at=DAY + timedelta(hours=11 * i), clause_code=f"EX-0{i % 3}")
        for i in range(40)
    ]
    first = linked(numbers, *rows)
    random.Random(3).shuffle(rows)
    second = linked(numbers, *rows)
    for name in ("links", "pairs"):
        a, b = (tables.shaped(name, getattr(x, name), "d", "hazard") for x in (first, second))
        assert a.equals(b)
    assert first.model == second.model


def test_nothing_to_link_leaves_empty_tables(numbers):
    found = linked(numbers)
    assert (found.links.num_rows, found.pairs.num_rows, found.stopped.num_rows) == (0, 0, 0)


def test_a_number_the_method_lacks_is_named(numbers):
    with pytest.raises(AnlanError, match="weight_prior"):
        hazards.link(table(report("YH1")), {}, {k: v for k, v in numbers.items() if k != "weight_prior"})

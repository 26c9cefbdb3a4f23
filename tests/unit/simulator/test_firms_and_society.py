"""What the departments of firms, training, fund, health, civil affairs and utilities hold agrees with the one world."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest

from simulator import departments
from simulator.departments.civil.dump import write_dump
from simulator.departments.firms import duties
from simulator.dirt import DirtRates, Truth
from simulator.tables import Table
from simulator.world import World

WORLD = World(scale=0.05)


def held(silo: str) -> dict[str, dict[str, np.ndarray]]:
    """Return the clean tables of a department, the files of one table joined."""
    found: dict[str, list[Table]] = {}
    for table in departments.load(silo).build(WORLD.view(), DirtRates.clean(), Truth()):
        found.setdefault(table.name, []).append(table)
    return {
        name: {c: np.concatenate([f.columns[c] for f in files]) for c in files[0].columns}
        for name, files in found.items()
    }


@pytest.fixture(scope="module")
def firms():
    return held("firms")


def test_the_safety_fund_falls_by_steps():
    # 120 million of a machine maker: 10 million at 2.35 %, 90 million at 1.25 %, 20 million at 0.25 %
    assert duties.due(np.array(["machinery"], dtype=object), np.array([12_000.0])).tolist() == [141.0]
    assert duties.due(np.array(["transport_goods"], dtype=object), np.array([500.0])).tolist() == [5.0]


def test_firms_name_the_people_the_brigade_knows(firms):
    officers, operators = WORLD.firm_people
    assert set(firms["safety_managers"]["idNumber"]) <= set(officers["id"])
    assert set(firms["special_operators"]["idNumber"]) <= set(operators["id"])
    assert set(firms["special_operators"]["certNo"]) - {None} <= {f"T{i}" for i in operators["id"]}


def test_a_hazard_of_a_firm_is_one_of_the_world_under_another_number(firms):
    truth = Truth()
    departments.load("firms").build(WORLD.view(), DirtRates.clean(), truth)
    table, _, _, ids = next(x for x in truth.links if x[0].name == "hazards" and x[2] == "hazard")
    assert len(set(ids)) == len(ids) == len(table)
    assert set(ids) <= set(WORLD.hazards["no"])
    assert not set(firms["hazards"]["hazardNo"]) & set(WORLD.hazards["no"])


def test_every_event_and_rectification_is_of_a_listed_hazard(firms):
    listed = set(firms["hazards"]["hazardNo"])
    assert set(firms["hazard_events"]["hazardNo"]) == listed
    assert set(firms["rectifications"]["hazardNo"]) == listed
    assert set(firms["major_hazard_plans"]["hazardNo"]) <= listed


def test_what_an_api_tells_by_time_is_in_the_order_of_that_time(firms):
    for table, column in (("hazards", "updatedAt"), ("hazard_events", "recordedAt"), ("monthly_reports", "updatedAt")):
        at = list(firms[table][column])
        assert at == sorted(at), table


def test_tenants_and_branches_hang_on_a_firm_of_the_register(firms):
    register = firms["enterprises"]
    codes = set(WORLD.firms["uscc"])
    for column, prefix in (("landlordUscc", "QYT"), ("parentUscc", "QYF")):
        named = {n: v for n, v in zip(register["enterpriseNo"], register[column], strict=True) if v is not None}
        assert named
        assert all(n.startswith(prefix) for n in named)
        assert set(named.values()) <= codes


def test_the_books_of_the_fund_balance():
    fund = held("fund")
    a = fund["fund_accounts"]
    number = {c: np.array(a[c], float) for c in a if c.endswith("（元）")}
    assert np.allclose(
        number["期初余额（元）"] + number["本月收入（元）"] - number["本月支出（元）"],
        number["期末余额（元）"],
        atol=0.011,
    )
    for account in set(a["账户编号"]):
        mine = np.flatnonzero(a["账户编号"] == account)
        assert list(a["期初余额（元）"][mine][1:]) == list(a["期末余额（元）"][mine][:-1])
    paid = sum(float(x) for x in fund["grants"]["金额（元）"])
    back = -sum(min(0.0, float(x)) for x in fund["donations"]["金额（元）"])
    # an account that gave back more than it took in shows the rest as an expense
    assert paid <= number["本月支出（元）"].sum() + 0.01 <= paid + back + 0.02


def test_an_hour_that_was_not_read_comes_with_the_next_day():
    tables = [
        t
        for t in departments.load("utilities").build(WORLD.view(), DirtRates.clean(), Truth())
        if t.name == "electricity_hours"
    ]
    keys = Counter(k for t in tables for k in zip(t.columns["电表编号"], t.columns["时段开始"], strict=True))
    assert max(keys.values()) == 1
    late = 0
    for before, t in pairwise(tables):
        for at, word in zip(t.columns["时段开始"], t.columns["采集标志"], strict=True):
            assert at[:10] == (t.version if word == "实采" else before.version)
            late += word == "补采"
    assert late > 0


def test_health_tells_bands_and_no_birth_dates_and_names_the_worlds_people():
    health = held("health")
    people = health["vulnerable_people"]
    assert not [c for c in people if "出生" in c]
    assert set(people["身份证号"]) - {None} <= set(WORLD.vulnerable["id"])
    assert set(health["medical_dispatches"]["事件编号"]) <= set(WORLD.incidents["no"])
    listed = set(people["人员编号"])
    assert set(health["vulnerable_helpers"]["人员编号"]) <= listed
    assert max(Counter(health["vulnerable_helpers"]["帮扶编号"]).values()) == 2, "once in each of two months"


def test_civil_teams_are_the_worlds_and_only_registered_ones_have_a_code():
    civil = held("civil")
    teams = civil["rescue_teams"]
    world = WORLD.teams["name"][WORLD.teams["kind"] == "civil"]
    assert list(teams["TEAM_NAME"]) == list(world)
    for registered, code in zip(teams["IS_REGISTERED"], teams["USCC"], strict=True):
        assert (code is not None) == (registered == "是")
        assert code is None or code[:2] in {"51", "52", "53"}
    assert set(civil["rescue_team_members"]["ID_NUMBER"]) <= set(WORLD.team_members["id"])


def test_learning_at_night_carries_the_day_before():
    truth = Truth()
    tables = departments.load("training").build(WORLD.view(), DirtRates.clean(), truth)
    records = next(t for t in tables if t.name == "learning_records")
    flips = [r for r in truth.rows if r[4].startswith("#7")]
    assert len(flips) > len(records) / 5
    assert all(beijing[:10] > utc[:10] for *_, beijing, utc, _expected in flips)


def test_a_dump_doubles_quotes_and_leaves_nothing_for_null(tmp_path):
    row = {"NO": ["1"], "NAME": ["O'Brien"], "AT": [None], "UPDATED_AT": ["2026-07-01 09:00:00"]}
    table = Table("civil", "x", ("NO",), {c: np.array(v, dtype=object) for c, v in row.items()})
    write_dump(tmp_path / "d.sql", [("V_X", table)])
    text = (tmp_path / "d.sql").read_text(encoding="utf-8")
    assert "-- V_X: 1 rows" in text
    moment = "TO_DATE('2026-07-01 09:00:00', 'YYYY-MM-DD HH24:MI:SS')"
    assert f"INSERT INTO MZ.V_X (NO, NAME, AT, UPDATED_AT) VALUES ('1', 'O''Brien', NULL, {moment});" in text

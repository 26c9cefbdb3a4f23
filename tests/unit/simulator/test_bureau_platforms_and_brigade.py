"""The emergency bureau, the four platforms and the fire brigade speak of the same district, each in its own numbers."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from simulator import departments
from simulator.dirt import DirtRates, Truth
from simulator.tables import Table
from simulator.world import World

SILOS = ("emergency", "governance", "fire")


@pytest.fixture(scope="module")
def made() -> dict[str, tuple[dict[str, Table], Truth, World]]:
    world, out = World(330603, "2026Q3", 0.2, 4), {}
    for silo in SILOS:
        truth = Truth()
        tables = departments.load(silo).build(world.view(), DirtRates.clean(), truth)
        out[silo] = ({t.name: t for t in tables}, truth, world)
    return out


def column(made, silo: str, table: str, name: str) -> np.ndarray:
    return made[silo][0][table].columns[name]


# table and column that refers, table and column it refers to
REFERS = {
    "emergency": [
        ("yj_post", "station_no", "yj_station", "station_no"), ("yj_person", "station_no", "yj_station", "station_no"),
        ("yj_post_assignment", "person_no", "yj_person", "person_no"), ("yj_duty_item", "post_no", "yj_post", "post_no"),
        ("yj_org_link", "child_unit_no", "yj_org_unit", "unit_no"), ("yj_login_log", "account_no", "yj_account", "account_no"),
        ("yj_dispatch_order", "incident_no", "yj_incident", "incident_no"),
        ("yj_action_log", "incident_no", "yj_incident", "incident_no"), ("yj_turnout", "incident_no", "yj_incident", "incident_no"),
        ("yj_turnout", "team_no", "yj_team", "team_no"), ("yj_team_member", "team_no", "yj_team", "team_no"),
        ("yj_hazard_event", "hazard_no", "yj_hazard", "hazard_no"), ("yj_hazard_duty", "hazard_no", "yj_hazard", "hazard_no"),
        ("yj_rectification", "hazard_no", "yj_hazard", "hazard_no"), ("yj_stock_item", "warehouse_no", "yj_warehouse", "warehouse_no"),
        ("yj_stocktake", "stock_no", "yj_stock_item", "stock_no"), ("yj_plan_version", "plan_no", "yj_plan", "plan_no"),
        ("yj_plan", "parent_plan_no", "yj_plan", "plan_no"), ("yj_drill_finding", "drill_no", "yj_drill", "drill_no"),
        ("yj_risk_assessment", "point_no", "yj_risk_point", "point_no"), ("yj_evacuation", "shelter_no", "yj_shelter", "shelter_no"),
        ("yj_exchange_log", "catalogue_no", "yj_data_catalogue", "catalogue_no"),
        ("yj_meeting_attendance", "meeting_no", "yj_meeting", "meeting_no"),
    ],
    "governance": [
        ("GetWangGe", "wgyh", "GetWangGeYuan", "wgyh"), ("GetWangGe", "csdm", "GetCunShe", "csdm"),
        ("GetXunCha", "wgbm", "GetWangGe", "wgbm"), ("GetShiJianHuanJie", "sjbh", "GetShiJian", "sjbh"),
        ("GetYinHuanHuanJie", "yhbh", "GetYinHuan", "yhbh"), ("GetZhiYuanFuWu", "zyzh", "GetZhiYuanZhe", "zyzh"),
        ("GetZhiYuanFuWu", "ryh", "GetCuiRuoRenQun", "ryh"), ("GetDuiYuan", "dwbh", "GetCunSheDuiWu", "dwbh"),
    ],
    "fire": [
        ("crew_members", "teamNo", "teams", "teamNo"), ("call_teams", "callNo", "calls", "callNo"),
        ("fire_hazards", "inspectionNo", "inspections", "inspectionNo"), ("iot_alarms", "deviceNo", "iot_devices", "deviceNo"),
        ("stock_items", "teamNo", "teams", "teamNo"), ("response_areas", "teamNo", "teams", "teamNo"),
    ],
}  # fmt: skip
CASES = [(silo, *refers) for silo, each in REFERS.items() for refers in each]


@pytest.mark.parametrize(("silo", "table", "name", "other", "key"), CASES, ids=[f"{c[0]}-{c[1]}-{c[2]}" for c in CASES])
def test_what_a_row_refers_to_exists(made, silo, table, name, other, key):
    asked = {v for v in column(made, silo, table, name) if v is not None}
    assert asked
    assert asked - set(column(made, silo, other, key)) == set()


@pytest.mark.parametrize("silo", SILOS)
def test_keys_are_unique_where_nothing_is_spoiled(made, silo):
    found = {n: Counter(t.columns[t.key[0]]).most_common(1)[0] for n, t in made[silo][0].items() if len(t)}
    assert {n: top for n, top in found.items() if top[1] > 1} == {}


@pytest.mark.parametrize(("silo", "table", "share"), [("emergency", "yj_hazard", 0.1), ("governance", "GetYinHuan", 0.1), ("fire", "fire_hazards", 0.1)])  # fmt: skip
def test_some_hazards_are_the_district_s_under_other_numbers(made, silo, table, share):
    tables, truth, world = made[silo]
    held = tables[table]
    linked = [(rows, ids) for t, rows, kind, ids in truth.links if t is held and kind == "hazard"]
    ids = [i for _, each in linked for i in each if i]
    assert set(ids) <= set(world.hazards["no"])
    assert share < len(ids) / len(held) < 0.9
    assert not set(held.columns[held.key[0]]) & set(world.hazards["no"]), "a number of its own"


def test_an_event_that_was_pushed_names_an_incident_of_the_bureau(made):
    named = {v for v in column(made, "governance", "GetShiJian", "yjsjh") if v}
    assert named
    assert named <= set(column(made, "emergency", "yj_incident", "incident_no"))


def test_there_are_sixteen_stations_with_two_to_five_full_time_people(made):
    assert len(column(made, "emergency", "yj_station", "station_no")) == 16
    tables = made["emergency"][0]
    staff = tables["yj_person"].columns
    full = [
        s
        for s, e, gone in zip(staff["station_no"], staff["employment_word"], staff["left_date"], strict=True)
        if e != "兼职" and gone is None
    ]
    count = Counter(full)
    assert len(count) == 16
    assert 2 <= min(count.values()) <= max(count.values()) <= 5


def test_better_towns_answer_the_duty_desk_more_often(made):
    tables, _, world = made["emergency"]
    checks = tables["yj_duty_check"].columns
    share = {}
    for town in world.towns["name"]:
        mine = [a for a, n, t in zip(checks["is_answered"], checks["town_name"], checks["checked_type_word"], strict=True) if n == town and t == "镇街"]  # fmt: skip
        share[town] = np.mean([a == "是" for a in mine])
    good = world.quality["response"].mean(axis=1)
    assert np.corrcoef(good, [share[t] for t in world.towns["name"]])[0, 1] > 0.4


def test_town_codes_follow_each_department_s_own_list(made):
    world = made["emergency"][2]
    nine = set(column(made, "fire", "calls", "townCode"))
    assert nine <= set(world.towns["nbs9"])
    assert set(column(made, "governance", "GetCunShe", "xzdm")) <= set(world.towns["code12"])
    spoiled = departments.load("emergency").build(world.view(), DirtRates(), Truth())
    station = next(t for t in spoiled if t.name == "yj_station")
    assert set(station.columns["town_code"]) & set(world.towns["local_code9"]) - set(world.towns["nbs9"])

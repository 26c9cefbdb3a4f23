"""Teams, devices, stores, plans, stations: joined by what names them for sure, kept apart by the numbers of a register."""

from __future__ import annotations

from decimal import Decimal

import pyarrow as pa
import pytest

from pipelines.analysis.linkage import tables, things

LIMITS = {"match": Decimal("0.92"), "review": Decimal("0.75"), "max_cluster": Decimal(200)}
TEXTS = {
    "team": "name_key class_code uscc social_uscc host_uscc place_key village_code town_id leader_phone_hash own_key",
    "device": "device_type device_code own_key owner_uscc place_code town_id",
    "store": "name_key owner_code town_id",
    "plan": "name_key level_code event_code place_key own_key town_id dept_code",
    "station": "name_key kind_code place_key town_id",
}
RUN = {"team": things.teams, "device": things.devices, "store": things.stores, "plan": things.plans, "station": things.stations}  # fmt: skip


def linked(kind: str, rows: list[dict]):
    """Link rows of a kind; a record's id is ``silo:table:number``, its register number is the id unless told."""
    full = [{"register_key": r["record_id"], **r} for r in rows]
    columns = {
        c: pa.array([r.get(c) for r in full], pa.string()) for c in ("record_id", "register_key", *TEXTS[kind].split())
    }
    columns["silo"] = pa.array([r["record_id"].split(":")[0] for r in full], pa.string())
    columns["table_name"] = pa.array([r["record_id"].split(":")[1] for r in full], pa.string())
    columns |= {c: pa.array([r.get(c) for r in full], pa.float64()) for c in ("lon", "lat")}
    return RUN[kind](pa.table(columns), {}, LIMITS, None)


def clusters(found) -> dict[str, str]:
    return dict(zip(found.links["record_id"].to_pylist(), found.links["cluster_id"].to_pylist(), strict=True))


def filler(kind: str, count: int = 60) -> list[dict]:
    """Return things that have nothing to do with those of the test."""
    return [{"record_id": f"z:list:{i:03}", "name_key": f"{chr(0x4E00 + i * 7)}{chr(0x5E00 + i)}队", "town_id": f"t{i % 16}"} for i in range(count)]  # fmt: skip


def test_teams_meet_by_place_code_and_name():
    of = clusters(linked("team", [
        {"record_id": "emergency:teams:1", "name_key": "甲村综合应急队", "class_code": "village", "place_key": "village:1", "village_code": "1"},
        {"record_id": "towns:squads:9", "class_code": "village", "place_key": "village:1", "village_code": "1", "register_key": None},
        {"record_id": "emergency:teams:2", "name_key": "蓝天救援队", "class_code": "civil", "town_id": "t1"},
        {"record_id": "civil:teams:2", "name_key": "蓝天救援队", "class_code": "civil", "town_id": "t1", "social_uscc": "51"},
        {"record_id": "fund:grants:1", "name_key": "蓝天救援队", "register_key": None},
        *filler("team"),
    ]))  # fmt: skip
    assert of["towns:squads:9"] == of["emergency:teams:1"]
    assert len({of["emergency:teams:2"], of["civil:teams:2"], of["fund:grants:1"]}) == 1


def test_a_name_of_two_teams_names_neither():
    of = clusters(linked("team", [
        {"record_id": "emergency:teams:1", "name_key": "蓝天1号救援队", "class_code": "civil", "town_id": "t1"},
        {"record_id": "emergency:teams:2", "name_key": "蓝天1号救援队", "class_code": "civil", "town_id": "t2"},
        {"record_id": "fund:grants:1", "name_key": "蓝天1号救援队", "register_key": None},
        *filler("team"),
    ]))  # fmt: skip
    assert len({of["emergency:teams:1"], of["emergency:teams:2"], of["fund:grants:1"]}) == 3


def test_two_numbers_of_one_register_are_two_stores():
    of = clusters(linked("store", [
        {"record_id": "water:warehouses:1", "name_key": "甲镇防汛物资库1号", "owner_code": "SL", "town_id": "t1"},
        {"record_id": "water:warehouses:2", "name_key": "甲镇防汛物资库1号", "owner_code": "SL", "town_id": "t1"},
        {"record_id": "emergency:warehouses:1", "name_key": "甲镇应急物资库", "owner_code": "YJ", "town_id": "t1"},
        {"record_id": "resources:facilities:7", "name_key": "甲镇应急物资库", "town_id": "t1"},
        {"record_id": "civil:warehouses:1", "name_key": "甲镇救灾物资储备点", "owner_code": "MZ", "town_id": "t1"},
    ]))  # fmt: skip
    assert of["resources:facilities:7"] == of["emergency:warehouses:1"]
    assert len(set(of.values())) == 4


def test_devices_meet_by_code_and_by_the_silos_number_and_by_nothing_else():
    at = {"device_type": "camera", "owner_uscc": "U", "lon": 120.5, "lat": 30.1}
    found = linked("device", [
        {"record_id": "police:venue:1", "device_code": "33", **at},
        {"record_id": "firms:venue:1", "device_code": "33", **at},
        {"record_id": "towers:cameras:4", "device_code": "44", "own_key": "towers:D1", "device_type": "camera"},
        {"record_id": "towers:devices:D1", "own_key": "towers:D1", "device_type": "camera"},
        {"record_id": "fire:iot:1", "own_key": "fire:1", "device_type": "smoke", "owner_uscc": "U", "lon": 120.5, "lat": 30.1},
        {"record_id": "fire:iot:2", "own_key": "fire:2", "device_type": "smoke", "owner_uscc": "U", "lon": 120.5, "lat": 30.1},
        {"record_id": "towers:devices:D2", "own_key": "towers:D2", "device_type": "smoke", "owner_uscc": "U", "lon": 120.5, "lat": 30.1},
    ])  # fmt: skip
    of = clusters(found)
    assert of["police:venue:1"] == of["firms:venue:1"]
    assert of["towers:cameras:4"] == of["towers:devices:D1"]
    assert len(set(of.values())) == 5
    assert [p for p in found.pairs.to_pylist() if p["rule"] == "owner and spot"] == []


@pytest.mark.parametrize(
    ("off", "third", "asked"), [(5, None, True), (14.9, 31, True), (15.5, None, False), (5, 29, False)]
)
def test_a_camera_under_two_codes_at_one_spot_is_asked_about_only_where_it_stands_alone(off, third, asked):
    degree = 1 / 111195
    rows = [
        {"record_id": "police:venue:1", "device_code": "33", "device_type": "camera", "owner_uscc": "U", "lon": 120.5, "lat": 30.1},
        {"record_id": "firms:venue:2", "device_code": "44", "device_type": "camera", "owner_uscc": "U", "lon": 120.5, "lat": 30.1 + off * degree},
    ]  # fmt: skip
    if third:
        rows.append({"record_id": "firms:venue:3", "device_code": "55", "device_type": "camera", "owner_uscc": "U", "lon": 120.5, "lat": 30.1 - third * degree})  # fmt: skip
    found = linked("device", rows)
    assert len(set(clusters(found).values())) == len(rows), "nearness never joins"
    bands = [(p["left_id"], p["right_id"], p["band"]) for p in found.pairs.to_pylist()]
    assert bands == ([("firms:venue:2", "police:venue:1", "review")] if asked else [])


def test_plans_of_a_village_a_firm_and_a_town_for_an_event():
    of = clusters(linked("plan", [
        {"record_id": "emergency:plans:1", "name_key": "甲村", "level_code": "village", "place_key": "village:1"},
        {"record_id": "towns:village_plans:1", "level_code": "village", "place_key": "village:1"},
        {"record_id": "emergency:plans:2", "name_key": "甲镇城乡火灾", "level_code": "town", "event_code": "20301", "place_key": "town:t1:20301", "town_id": "t1"},
        {"record_id": "towns:town_plans:2026Q2/1", "name_key": "甲镇火灾", "level_code": "town", "event_code": "20301", "place_key": "town:t1:20301", "town_id": "t1", "register_key": None},
        {"record_id": "towns:town_plans:2026Q3/1", "name_key": "甲镇火灾", "level_code": "town", "event_code": "20301", "place_key": "town:t1:20301", "town_id": "t1", "register_key": None},
        {"record_id": "towns:town_plans:2026Q3/2", "name_key": "甲镇总体", "level_code": "town", "town_id": "t1", "register_key": None},
        *filler("plan"),
    ]))  # fmt: skip
    assert of["towns:village_plans:1"] == of["emergency:plans:1"]
    assert of["towns:town_plans:2026Q2/1"] == of["towns:town_plans:2026Q3/1"] == of["emergency:plans:2"]
    assert of["towns:town_plans:2026Q3/2"] != of["emergency:plans:2"]


def test_a_town_has_one_emergency_station_and_fire_stations_their_names():
    of = clusters(linked("station", [
        {"record_id": "emergency:stations:1", "name_key": "甲街道应急管理站", "kind_code": "emergency", "place_key": "station:t1", "town_id": "t1"},
        {"record_id": "emergency:org_units:1", "name_key": "甲应急管理站", "kind_code": "emergency", "place_key": "station:t1", "town_id": "t1"},
        {"record_id": "fire:teams:1", "name_key": "甲消防救援站", "kind_code": "fire", "town_id": "t1"},
        {"record_id": "resources:facilities:1", "name_key": "甲消防救援站", "kind_code": "fire", "town_id": "t1"},
    ]))  # fmt: skip
    assert len(set(of.values())) == 2


@pytest.mark.parametrize("kind", sorted(RUN))
def test_no_record_is_no_fault(kind):
    found = linked(kind, [])
    assert found.links.schema == tables.LINKS
    assert found.pairs.num_rows == 0

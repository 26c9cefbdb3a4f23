"""What the police hold: cameras, incidents, people, cases received. Beijing time, WGS-84, NBS town codes."""

from __future__ import annotations

import numpy as np

from simulator import codes, dirt
from simulator.departments.police import joint, places
from simulator.dirt import DirtRates, Spoiler, Truth
from simulator.tables import Table, date_text, time_text, to_text
from simulator.world import World
from simulator.world.incidents import FIRST_TEAMS

SERVICES = {"*": "postgres"}
DDL = """
create table camera (camera_code text, camera_name text, town_code text, town_name text, lon numeric(10,6),
    lat numeric(10,6), status text, installed_on text, last_seen_at timestamp);
create table incident (incident_no text, incident_type text, town_code text, town_name text, address text,
    lon numeric(10,6), lat numeric(10,6), alarm_at timestamp, dispatch_at timestamp, arrive_at timestamp,
    close_at timestamp, first_team text, caller_phone text, updated_at timestamp);
create table auxiliary_staff (staff_no text, person_name text, id_number text, phone text, town_code text,
    town_name text, hired_on text, left_on text);
create table venue_camera (camera_code text, camera_name text, uscc text, venue_name text, venue_kind_word text,
    town_code text, town_name text, lon numeric(10,6), lat numeric(10,6), status text, connected_on text,
    last_seen_at timestamp);
create table camera_coverage (village_code text, village_name text, town_code text, town_name text,
    required_count integer, built_count integer, online_count integer, counted_on text);
create table transfer_receipt (receipt_no text, case_no text, firm_name text, uscc text, received_at timestamp,
    document_count integer, reviewed_at timestamp, result_word text, police_case_no text, objection_at timestamp,
    updated_at timestamp);
create table village_police (record_no text, village_code text, town_code text, town_name text, person_name text,
    id_number text, phone text, role_word text, task_word text, assigned_on text);
"""


def build(world: World, rates: DirtRates, truth: Truth) -> list[Table]:
    """Return all tables, spoiled by ``rates``."""
    cameras, town = _cameras(world, rates, truth)
    return [
        cameras,
        _incidents(world, rates, truth),
        _staff(world, rates, truth),
        *places.tables(world, rates, truth, town),
        *joint.tables(world, rates, truth),
    ]


def _cameras(world: World, rates: DirtRates, truth: Truth) -> tuple[Table, np.ndarray]:
    rng = world.rng("cameras")
    towns = world.towns
    n = world.n(5200)
    weight = np.sqrt(towns["population"]) * (0.6 + 0.8 * world.quality["device"][:, -1])
    town = np.sort(rng.choice(16, n, p=weight / weight.sum()))
    lon, lat = world.scatter(rng, town)
    online = rng.random(n) < 0.80 + 0.18 * world.quality["device"][town, -1]
    seen = world.end.astype("datetime64[s]") - rng.integers(60, 900, n).astype("timedelta64[s]")
    seen = np.where(online, seen, seen - rng.integers(86400, 86400 * 50, n).astype("timedelta64[s]"))
    place = np.array(["路口", "桥头", "厂区门口", "市场", "村口", "学校", "河道", "仓库"], dtype=object)[
        rng.integers(0, 8, n)
    ]
    table = Table(
        "police",
        "camera",
        ("camera_code",),
        {
            "camera_code": codes.gb28181(np.arange(n)),
            "camera_name": towns["name"][town] + place + np.array([f"{i % 97 + 1}号" for i in range(n)], dtype=object),
            "town_code": towns["nbs9"][town],
            "town_name": towns["name"][town],
            "lon": to_text(lon, ".6f"),
            "lat": to_text(lat, ".6f"),
            "status": np.where(online, "在线", np.where(rng.random(n) < 0.2, "维修", "离线")).astype(object),
            "installed_on": date_text(world.start - rng.integers(30, 3000, n).astype("timedelta64[D]")),
            "last_seen_at": time_text(seen),
        },
    ).freeze_keys()
    truth.link(table, np.arange(n), "device", table.columns["camera_code"].copy())
    s = Spoiler(table, truth, world.rng("dirt cameras"))
    s.cells(
        "camera_code",
        rates.ruined_code,
        "#11 camera code ruined by a spreadsheet",
        lambda v, r: f"{float(v):.5E}" if r.random() < 0.7 else v[:15] + "00000",
        "rejected",
    )
    s.text("camera_name", rates)
    s.empty("camera_name", rates, 0.5)
    s.dates("installed_on", rates)
    s.empty("installed_on", rates)
    s.points("lon", "lat", rates)
    s.towns("town_code", "town_name", rates, list(towns["name"]), list(towns["nbs9"]))
    s.repeat_rows(rates.duplicate_row)
    return table, town


def _heaped(world: World, rates: DirtRates, truth: Truth) -> np.ndarray:
    """Return the arrivals; some towns that are often late write down as just in time who came up to ten minutes late (a cheat)."""
    rng, c = world.fresh("heaped arrivals"), world.incidents
    minutes, arrive = (c["arrive"] - c["alarm"]) / np.timedelta64(60, "s"), c["arrive"].copy()
    late = (minutes > 15) & (minutes <= 25)
    # who is hardly ever late has no reason to
    tempted = np.argsort(-np.bincount(c["town"][late], minlength=16), kind="stable")[:8]
    for t in np.sort(rng.permutation(tempted)[: round(16 * rates.heaped_arrivals)]):
        mine = np.flatnonzero(late & (c["town"] == t))
        if len(mine):
            arrive[mine] = c["alarm"][mine] + (14 * 60 + rng.integers(1, 60, len(mine))).astype("timedelta64[s]")
            truth.cheats.append(("police", "incident", f"{world.towns['nbs9'][t]}000", "heaped_arrivals"))
    return arrive


def _incidents(world: World, rates: DirtRates, truth: Truth) -> Table:
    c, towns = world.incidents, world.towns
    town, old = c["town"], c["old_county"]
    address = np.array(
        [
            f"{'绍兴县' if o else '柯桥区'}{towns['name'][t]}{world.villages['name'][v]}{h}号"
            for o, t, v, h in zip(old, town, c["village"], c["house"], strict=True)
        ],
        dtype=object,
    )
    arrive = _heaped(world, rates, truth)
    team = towns["name"][town] + np.array(FIRST_TEAMS, dtype=object)[c["team"]]
    team[np.isnat(c["arrive"])] = None
    table = Table(
        "police",
        "incident",
        ("incident_no",),
        {
            "incident_no": c["no"].copy(),
            "incident_type": c["kind"].copy(),
            "town_code": towns["nbs9"][town],
            "town_name": towns["name"][town],
            "address": address,
            "lon": to_text(c["lon"], ".6f"),
            "lat": to_text(c["lat"], ".6f"),
            "alarm_at": time_text(c["alarm"]),
            "dispatch_at": time_text(c["dispatch"]),
            "arrive_at": time_text(arrive),
            "close_at": time_text(c["close"]),
            "first_team": team,
            "caller_phone": c["caller_phone"].copy(),
            "updated_at": time_text(c["updated"]),
        },
    ).freeze_keys()
    table.known = c["updated"]
    truth.link(table, np.arange(len(table)), "incident", c["no"])
    s = Spoiler(table, truth, world.rng("dirt incidents"))
    for row in np.flatnonzero(old):
        address = table.columns["address"][row]
        s.note(row, "address", "#3 former county in an address (legitimate)", address, address, "kept")
    s.text("address", rates)
    s.text("incident_type", rates)
    s.phones("caller_phone", rates)
    s.empty("caller_phone", rates)
    s.empty("first_team", rates)
    s.points("lon", "lat", rates)
    s.towns("town_code", "town_name", rates, list(towns["name"]), list(towns["nbs9"]))
    s.repeat_rows(rates.duplicate_row)
    return table


def _staff(world: World, rates: DirtRates, truth: Truth) -> Table:
    rng = world.rng("auxiliary staff")
    towns = world.towns
    n = world.n(620)
    weight = np.sqrt(towns["population"])
    town = np.sort(rng.choice(16, n, p=weight / weight.sum()))
    people = world.people("auxiliary staff", n, 41, 9)
    hired = world.end - rng.integers(60, 3600, n).astype("timedelta64[D]")
    left = np.where(
        rng.random(n) < 0.07,
        hired + ((world.end - hired).astype(int) * rng.random(n)).astype(int).astype("timedelta64[D]"),
        np.datetime64("NaT"),
    )
    table = Table(
        "police",
        "auxiliary_staff",
        ("staff_no",),
        {
            "staff_no": np.array([f"FJ{i:05d}" for i in range(1, n + 1)], dtype=object),
            "person_name": people["name"],
            "id_number": people["id"],
            "phone": people["phone"],
            "town_code": towns["nbs9"][town],
            "town_name": towns["name"][town],
            "hired_on": date_text(hired),
            "left_on": date_text(left),
        },
    ).freeze_keys()
    truth.link(table, np.arange(n), "person", people["id"].copy())
    s = Spoiler(table, truth, world.rng("dirt auxiliary staff"))
    s.cells(
        "person_name",
        rates.hidden_character,
        "#14 name with a space",
        lambda v, r: v[0] + (" " if r.random() < 0.5 else "\u3000") + v[1:],
        "repaired",
    )
    s.cells(
        "id_number",
        rates.ruined_code / 2,
        "#11 identity number ruined by a spreadsheet",
        lambda v, r: f"{float(v[:17] + '0'):.5E}",
        "flagged",
    )
    s.cells("id_number", rates.id_form, "#14 identity number form", dirt.id_form, "repaired")
    s.phones("phone", rates)
    s.empty("phone", rates)
    s.dates("hired_on", rates)
    s.towns("town_code", "town_name", rates, list(towns["name"]), list(towns["nbs9"]))
    return table

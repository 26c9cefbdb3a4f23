"""What the tower company holds: high-point sites, devices, heartbeats, alarms.

Epoch milliseconds in UTC, GCJ-02 coordinates, town codes of the Ministry of Civil Affairs.
"""

from __future__ import annotations

import numpy as np

from simulator import codes
from simulator.departments.towers import video
from simulator.dirt import DirtRates, Spoiler, Truth
from simulator.tables import Table, to_text
from simulator.world import World

BEIJING = 8 * 3600 * 1000


SERVICES = {"*": "api"}
API = {
    "dialect": "towers",
    "resources": {
        "sites": {"page": 5000},
        "devices": {"page": 5000},
        "heartbeats": {"page": 20000, "since": "receivedMs"},
        "alarms": {"page": 5000, "since": "updatedMs"},
        "cameras": {"page": 5000},
        "videoEvents": {"page": 5000, "since": "updatedMs"},
    },
    "numbers": ["lng", "lat", "heightM", "viewRadiusKm"],
}


def build(world: World, rates: DirtRates, truth: Truth) -> list[Table]:
    """Return all tables, each ordered as the API serves it."""
    sites = _sites(world, rates, truth)
    devices, facts = _devices(world, rates, truth, sites)
    town = np.array([list(world.towns["name"]).index(x) for x in _clean_town(sites, world.towns)])
    at_site = {
        code: number
        for number, code, place in zip(facts["id"], facts["code"], facts["place"], strict=True)
        if place == "site"
    }
    camera_device = np.array([at_site.get(k) for k in sites.frozen_keys or []], dtype=object)
    return [
        sites,
        devices,
        _heartbeats(world, rates, truth, facts),
        _alarms(world, rates, truth, facts),
        *video.tables(world, rates, truth, sites, town, camera_device),
    ]


def _epoch(at: np.ndarray) -> np.ndarray:
    """Beijing wall time to epoch milliseconds (UTC)."""
    return at.astype("datetime64[ms]").astype(np.int64) - BEIJING


def _sites(world: World, rates: DirtRates, truth: Truth) -> Table:
    rng = world.rng("sites")
    towns = world.towns
    n = world.n(300)
    weight = np.sqrt(towns["area_km2"]) * np.sqrt(np.sqrt(towns["population"]))
    town = np.sort(rng.choice(16, n, p=weight / weight.sum()))
    true = world.scatter(rng, town, 0.4)
    lon, lat = codes.to_gcj02(*true)
    table = Table(
        "towers",
        "sites",
        ("siteId",),
        {
            "siteId": np.array([f"TT{i:05d}" for i in range(1, n + 1)], dtype=object),
            "siteName": towns["name"][town] + np.array([f"高点{i:03d}" for i in range(1, n + 1)], dtype=object),
            "townCode": towns["mca_code9"][town],
            "townName": towns["name"][town],
            "lng": to_text(lon, ".6f"),
            "lat": to_text(lat, ".6f"),
            "heightM": to_text(rng.uniform(18, 55, n), ".1f"),
            "viewRadiusKm": to_text(rng.uniform(1.5, 6, n), ".1f"),
            "builtMs": _epoch(world.start - rng.integers(200, 3600, n).astype("timedelta64[D]")),
        },
    ).freeze_keys()
    s = Spoiler(table, truth, world.rng("dirt sites"))
    s.other_system("lng", "lat", *true)
    other = np.flatnonzero(towns["nbs9"][town] != towns["mca_code9"][town])
    kind_1 = "#1 town code of the Ministry of Civil Affairs"
    s.note_many(other, "townCode", kind_1, towns["nbs9"][town[other]], towns["mca_code9"][town[other]])
    s.points("lng", "lat", rates)
    s.text("siteName", rates)
    return table


def _devices(world: World, rates: DirtRates, truth: Truth, sites: Table) -> tuple[Table, dict[str, np.ndarray]]:
    """Smoke, power and gas devices in key firms, cameras in villages and on sites."""
    rng = world.rng("devices")
    towns, firms, villages = world.towns, world.firms, world.villages
    key = np.flatnonzero(firms["key"])
    quality = np.clip(0.75 * world.quality["device"][firms["town"][key], -1] + 0.25 * firms["quality"][key], 0, 1)
    rows: list[tuple] = []

    def add(
        kind: str, place: str, code: np.ndarray, town: np.ndarray, lon: np.ndarray, lat: np.ndarray, site: np.ndarray
    ) -> None:
        rows.append(
            (
                np.full(len(code), kind, dtype=object),
                np.full(len(code), place, dtype=object),
                code,
                town,
                lon,
                lat,
                site,
            )
        )

    none = np.full(len(key), None, dtype=object)
    gas = np.isin(
        firms["industry"][key], ["dyeing", "chemical", "chemfibre", "crowded", "metal_smelt", "brewing", "other"]
    )
    for kind, share, allowed in (
        ("smoke", 0.42 + 0.56 * quality, True),
        ("smoke", 0.10 + 0.50 * quality, True),
        ("smoke", 0.02 + 0.38 * quality, True),
        ("power", 0.36 + 0.58 * quality, True),
        ("gas", 0.35 + 0.60 * quality, gas),
    ):
        have = (rng.random(len(key)) < share) & allowed
        add(
            kind,
            "enterprise",
            firms["uscc"][key][have],
            firms["town"][key][have],
            firms["lon"][key][have],
            firms["lat"][key][have],
            none[have],
        )
    have = rng.random(len(villages["town"])) < 0.45 + 0.55 * world.quality["device"][villages["town"], -1]
    lon, lat = world.scatter(rng, villages["town"][have])
    add(
        "camera",
        "village",
        villages["code12"][have],
        villages["town"][have],
        lon,
        lat,
        np.full(int(have.sum()), None, dtype=object),
    )
    site_town = np.array([list(towns["name"]).index(x) for x in _clean_town(sites, towns)])
    lon, lat = world.scatter(rng, site_town, 0.4)
    add(
        "camera",
        "site",
        np.array(sites.frozen_keys, dtype=object),
        site_town,
        lon,
        lat,
        np.array(sites.frozen_keys, dtype=object),
    )
    kind, place, code, town, lon, lat, site = (np.concatenate(c) for c in zip(*rows, strict=True))
    n = len(kind)
    order = rng.permutation(n)
    kind, place, code, town, lon, lat, site = (c[order] for c in (kind, place, code, town, lon, lat, site))
    glon, glat = codes.to_gcj02(lon, lat)
    installed = world.start - rng.integers(100, 1500, n).astype("timedelta64[D]")
    new = rng.random(n) < 0.05
    installed = np.where(new, world.start + rng.integers(5, 80, n).astype("timedelta64[D]"), installed)
    removed = np.where(
        ~new & (rng.random(n) < 0.012),
        world.start + rng.integers(5, 85, n).astype("timedelta64[D]"),
        np.datetime64("NaT"),
    )
    code = code.copy()
    table = Table(
        "towers",
        "devices",
        ("deviceId",),
        {
            "deviceId": np.array([f"D{i:06d}" for i in range(1, n + 1)], dtype=object),
            "deviceType": kind,
            "siteId": site,
            "placeType": place,
            "placeCode": code,
            "townCode": towns["mca_code9"][town],
            "townName": towns["name"][town],
            "lng": to_text(glon, ".6f"),
            "lat": to_text(glat, ".6f"),
            "installedMs": _epoch(installed),
            "removedMs": _nullable(_epoch(removed), np.isnat(removed)),
        },
    ).freeze_keys()
    facts = {
        "id": table.columns["deviceId"].copy(),
        "kind": kind,
        "town": town,
        "place": place,
        "code": code.copy(),
        "installed": installed,
        "removed": removed,
    }
    truth.link(table, np.arange(n), "device", facts["id"])
    s = Spoiler(table, truth, world.rng("dirt devices"))
    other = np.flatnonzero(towns["nbs9"][town] != towns["mca_code9"][town])
    kind_1 = "#1 town code of the Ministry of Civil Affairs"
    s.note_many(other, "townCode", kind_1, towns["nbs9"][town[other]], towns["mca_code9"][town[other]])
    s.other_system("lng", "lat", lon, lat)
    s.cells(
        "placeCode",
        rates.hidden_character / 3,
        "#5 hidden or full-width character",
        lambda v, r: f" {v}".lower(),
        "repaired",
        where=place == "enterprise",
    )
    s.points("lng", "lat", rates)
    s.text("townName", rates)
    return table, facts


def _clean_town(sites: Table, towns: dict[str, np.ndarray]) -> list[str]:
    by_code = dict(zip(towns["mca_code9"], towns["name"], strict=True))
    return [by_code[c] for c in sites.columns["townCode"]]


def _nullable(values: np.ndarray, missing: np.ndarray) -> np.ndarray:
    out = values.astype(object)
    out[missing] = None
    return out


def _heartbeats(world: World, rates: DirtRates, truth: Truth, facts: dict[str, np.ndarray]) -> Table:
    """One row per device and day: every day of the period, one day a week of the quarter before."""
    rng = world.rng("heartbeats")
    days = np.concatenate([np.arange(world.before, world.start, 7), np.arange(world.start, world.end)])
    # a world of one quarter has no quality of the quarter before
    quarter = np.where((days >= world.start) | (world.span == 1), -1, -2)
    device, day = np.nonzero(
        (facts["installed"][:, None] <= days[None, :])
        & (np.isnat(facts["removed"])[:, None] | (days[None, :] < facts["removed"][:, None]))
    )
    order = np.lexsort((device, day))
    device, day = device[order], day[order]
    n = len(device)
    own = np.clip(rng.normal(0, 0.06, len(facts["id"])), -0.15, 0.08)
    share = np.clip(0.73 + 0.26 * world.quality["device"][facts["town"]], 0, 1)[device, quarter[day]] + own[device]
    dead = rng.random(n) < 0.02
    received = np.where(dead, 0, rng.binomial(24, np.clip(share, 0.02, 0.998)))
    silent = rng.random(len(facts["id"])) < rates.silent_device
    data = np.where(silent[device], 0, received * np.where(facts["kind"][device] == "camera", 1, 4))
    at = _epoch(days)[day]
    table = Table(
        "towers",
        "heartbeats",
        ("deviceId", "dayMs"),
        {
            "deviceId": facts["id"][device],
            "dayMs": at,
            "due": np.full(n, 24),
            "received": received,
            "dataPoints": data,
            "receivedMs": at + 86_400_000 + 1_800_000 + (np.arange(n) % 600) * 1000,
        },
    )
    s = Spoiler(table, truth, world.rng("dirt heartbeats"))
    for row in np.flatnonzero(silent[device] & (received > 0)):
        s.note(int(row), "dataPoints", "#22 online but silent device", None, "0")
    return table.take(np.argsort(table.columns["receivedMs"], kind="stable"))


def _alarms(world: World, rates: DirtRates, truth: Truth, facts: dict[str, np.ndarray]) -> Table:
    rng = world.rng("alarms")
    usable = np.flatnonzero((facts["place"] != "village") & (facts["installed"] < world.start))
    parts: dict[str, list] = {}
    for q, (_name, first, last) in enumerate(world.quarters):
        n = world.n(2500)
        device = usable[rng.integers(0, len(usable), n)]
        cause = rng.choice(
            np.array(["real", "false", "test"], dtype=object), n, p=[0.14, 0.86 - rates.test_alarm, rates.test_alarm]
        )
        raised = np.where(
            cause == "test", world.moments(rng, n, first, last), world.moments(rng, n, first, last, working=False)
        )
        good = world.quality["device"][facts["town"][device], q]
        fast = rng.random(n) < 0.60 + 0.39 * good
        ack = raised + np.where(fast, rng.integers(30, 1200, n), rng.integers(1800, 90000, n)).astype("timedelta64[s]")
        close = ack + np.where(fast, rng.integers(600, 30000, n), rng.integers(90000, 900000, n)).astype(
            "timedelta64[s]"
        )
        for column, values in (
            ("device", device),
            ("cause", cause),
            ("raised", raised),
            ("ack", ack),
            ("close", close),
        ):
            parts.setdefault(column, []).append(values)
    c = {k: np.concatenate(v) for k, v in parts.items()}
    # alarm storms: one device, a dozen alarms in ten minutes
    storm = np.flatnonzero(rng.random(len(c["device"])) < 0.002)
    again = np.repeat(storm, 11)
    c = {k: np.concatenate([v, v[again]]) for k, v in c.items()}
    shift = np.concatenate([np.zeros(len(c["device"]) - len(again), int), rng.integers(20, 600, len(again))]).astype(
        "timedelta64[s]"
    )
    for column in ("raised", "ack", "close"):
        c[column] = c[column] + shift
    # what the API knows some days after the period's end
    known = world.end.astype("datetime64[s]") + np.timedelta64(5, "D")
    open_ = (c["close"] > known) | (rng.random(len(shift)) < 0.015)
    unseen = c["ack"] > known
    order = np.lexsort((c["device"], c["raised"]))
    c = {k: v[order] for k, v in c.items()}
    open_, unseen, storm_row = open_[order], unseen[order], (shift != np.timedelta64(0, "s"))[order]
    n = len(order)
    kind = np.where(facts["kind"][c["device"]] == "camera", "fire_video", facts["kind"][c["device"]])
    updated = np.where(open_, np.where(unseen, c["raised"], c["ack"]), c["close"])
    table = Table(
        "towers",
        "alarms",
        ("alarmId",),
        {
            "alarmId": np.array([f"A{i:07d}" for i in range(1, n + 1)], dtype=object),
            "deviceId": facts["id"][c["device"]],
            "alarmType": kind.astype(object),
            "raisedMs": _epoch(c["raised"]),
            "ackMs": _nullable(_epoch(c["ack"]), unseen),
            "closedMs": _nullable(_epoch(c["close"]), open_),
            "cause": c["cause"],
            "updatedMs": _epoch(updated),
        },
    ).freeze_keys()
    s = Spoiler(table, truth, world.rng("dirt alarms"))
    for row in np.flatnonzero(c["cause"] == "test"):
        s.note(int(row), "cause", "#22 test alarm", "test", "test")
    for row in np.flatnonzero(storm_row):
        s.note(int(row), "raisedMs", "#22 alarm storm", None, str(table.columns["raisedMs"][row]))
    s.empty("cause", rates)
    s.repeat_rows(rates.duplicate_row)
    return table.take(np.argsort(table.columns["updatedMs"], kind="stable"))

"""What the water bureau holds: SL 323-2011 tables and hydrology cameras. Beijing time, no row = no rain."""

from __future__ import annotations

import numpy as np

from simulator import codes
from simulator.dirt import DirtRates, Spoiler, Truth
from simulator.tables import Table, decimals, time_text, to_text
from simulator.world import World

RIVERS = ["浙东运河", "平水江", "娄宫江", "漓渚江", "鉴湖", "型塘江", "陌坞江", "秋湖江", "项里江", "西小江", "夏履江"]
SERVICES = {"*": "postgres"}
DATABASE = "hydrology"
DDL = """
create table st_stbprp_b (stcd text, stnm text, rvnm text, lgtd numeric(10,6), lttd numeric(10,6), stlc text,
    addvcd text, town_code text, dtmnm text, sttp text, frgrd text, usfl text);
create table st_pptn_r (stcd text, tm timestamp, drp numeric(5,1), intv numeric(5,2), pdr numeric(5,2),
    dyp numeric(5,1), wth text);
create table st_river_r (stcd text, tm timestamp, z numeric(7,3), q numeric(9,3), wptn text);
create table st_rsvr_r (stcd text, tm timestamp, rz numeric(7,3), inq numeric(9,3), w numeric(9,3),
    otq numeric(9,3), rwptn text);
create table st_rvfcch_b (stcd text, wrz numeric(7,3), grz numeric(7,3), obhtz numeric(7,3));
create table st_rsvrfsr_b (stcd text, bgmd text, edmd text, fsltdz numeric(7,3), fstp text);
create table hy_camera (camera_code text, stcd text, camera_name text, status text, last_seen_at timestamp);
"""


def build(world: World, rates: DirtRates, truth: Truth) -> list[Table]:
    """Return the seven tables, spoiled by ``rates``."""
    stations, kind = _stations(world)
    code = stations.columns["stcd"]
    rain, wet = _rain(world, rates, truth, code[kind == 0])
    river, level = _river(world, rates, truth, code[kind == 1], wet)
    reservoir, limit = _reservoir(world, rates, truth, code[kind == 2], wet)
    marks = Table(
        "water",
        "st_rvfcch_b",
        ("stcd",),
        {
            "stcd": code[kind == 1],
            "wrz": to_text(level + 1.2, ".3f"),
            "grz": to_text(level + 1.9, ".3f"),
            "obhtz": to_text(level + 2.6, ".3f"),
        },
    ).freeze_keys()
    n = int((kind == 2).sum())
    limits = Table(
        "water",
        "st_rsvrfsr_b",
        ("stcd", "bgmd"),
        {
            "stcd": np.repeat(code[kind == 2], 2),
            "bgmd": np.array(["0415", "0716"] * n, dtype=object),
            "edmd": np.array(["0715", "1015"] * n, dtype=object),
            "fsltdz": to_text(np.column_stack([limit, limit - 0.8]).ravel(), ".3f"),
            "fstp": np.array(["梅汛期", "台汛期"] * n, dtype=object),
        },
    ).freeze_keys()
    s = Spoiler(stations, truth, world.rng("dirt stations"))
    s.text("stnm", rates)
    s.text("stlc", rates)
    s.empty("rvnm", rates)
    return [stations, rain, river, reservoir, marks, limits, _cameras(world, rates, truth, code, kind)]


def _stations(world: World) -> tuple[Table, np.ndarray]:
    rng = world.rng("stations")
    counts = [60, 45, 30, 25]
    kind = np.repeat(np.arange(4), counts)
    n = len(kind)
    towns = world.towns
    area = towns["area_km2"]
    high = np.isin(towns["terrain"], ["mountain", "hill"])
    town = np.empty(n, int)
    for k in range(4):
        weight = area * (np.where(high, 3.0, 0.15) if k == 2 else np.where(high, 0.4, 1.5) if k == 3 else 1.0)
        town[kind == k] = rng.choice(16, counts[k], p=weight / weight.sum())
    # every town has a rain gauge
    town[:16] = np.arange(16)
    lon, lat = world.scatter(rng, town)
    river = np.array(RIVERS, dtype=object)[rng.integers(0, len(RIVERS), n)]
    suffix = np.array(["雨量站", "水位站", "水库", "闸"], dtype=object)[kind]
    short = np.array([x[:-2] if x.endswith("街道") else x[:-1] for x in towns["name"]], dtype=object)
    order = np.array([str(int((town[:i] == town[i])[kind[:i] == kind[i]].sum()) + 1) for i in range(n)], dtype=object)
    flow = rng.random(n) < 0.3
    sttp = np.where(kind == 0, "PP", np.where(kind == 1, np.where(flow, "ZQ", "ZZ"), np.where(kind == 2, "RR", "DD")))
    table = Table(
        "water",
        "st_stbprp_b",
        ("stcd",),
        {
            "stcd": np.array([f"633{k + 1}{i:04d}" for i, k in enumerate(kind, 1)], dtype=object),
            "stnm": short[town] + order + suffix,
            "rvnm": river,
            "lgtd": to_text(lon, ".6f"),
            "lttd": to_text(lat, ".6f"),
            "stlc": "浙江省绍兴市柯桥区" + towns["name"][town],
            "addvcd": np.full(n, "330603", dtype=object),
            "town_code": towns["nbs9"][town],
            "dtmnm": np.full(n, "1985国家高程基准", dtype=object),
            "sttp": sttp.astype(object),
            "frgrd": rng.choice(np.array(["1", "2", "3", "4", "5"], dtype=object), n),
            "usfl": np.where(rng.random(n) < 0.985, "1", "0").astype(object),
        },
    ).freeze_keys()
    return table, kind


def _rain(world: World, rates: DirtRates, truth: Truth, code: np.ndarray) -> tuple[Table, np.ndarray]:
    """Rain in 10-minute rows where it rained, and the district's mean rain per hour, mm."""
    rng, mean = world.rng("rain of stations"), world.rain
    slots, days = len(mean), len(mean) // 144
    station, slot = np.nonzero(rng.random((len(code), slots)) < np.clip(mean * 3, 0, 0.93)[None, :])
    factor = rng.uniform(0.7, 1.35, len(code))
    drop = np.maximum(1, np.round(mean[slot] * factor[station] * rng.gamma(2.0, 0.5, len(slot)) * 10)) / 10
    drop = np.minimum(drop, 25.0)
    time = world.start.astype("datetime64[s]") + (slot * 600).astype("timedelta64[s]")
    rainday = (slot - 48 - 1) // 144
    daily = np.zeros((len(code), days + 2))
    np.add.at(daily, (station, rainday + 1), drop)
    morning = (slot % 144) == 48
    dyp = np.full(len(slot), None, dtype=object)
    dyp[morning] = to_text(np.minimum(daily[station[morning], rainday[morning] + 1], 9999.9), ".1f")
    weather = np.where(drop > 5, "8", "7").astype(object)
    table = Table(
        "water",
        "st_pptn_r",
        ("stcd", "tm"),
        {
            "stcd": code[station],
            "tm": time_text(time),
            "drp": decimals(drop, 1),
            "intv": np.full(len(slot), "0.10", dtype=object),
            "pdr": np.full(len(slot), "0.10", dtype=object),
            "dyp": dyp,
            "wth": weather,
        },
    )
    s = Spoiler(table, truth, world.rng("dirt rain"))
    s.cells("drp", rates.sentinel, "#8 sentinel", lambda v, r: "-9999.0" if r.random() < 0.6 else "999.9", "repaired")
    _resend(s, "drp", rates.resent_row, 0.1, 1)
    s.repeat_rows(rates.duplicate_row / 2)
    hourly = np.concatenate([mean, np.zeros((-len(mean)) % 6)]).reshape(-1, 6).sum(axis=1)
    return _by_time(table), hourly


def _river(world: World, rates: DirtRates, truth: Truth, code: np.ndarray, wet: np.ndarray) -> tuple[Table, np.ndarray]:
    rng = world.rng("river")
    hours = len(wet)
    base = np.round(rng.uniform(3.2, 5.6, len(code)), 2)
    swell = np.convolve(wet, np.exp(-np.arange(72) / 22.0))[:hours] * 0.010
    z = (
        base[:, None]
        + swell[None, :] * rng.uniform(0.6, 1.5, len(code))[:, None]
        + rng.normal(0, 0.012, (len(code), hours))
    )
    for i in np.flatnonzero(rng.random(len(code)) < rates.stuck_station):
        at = int(rng.integers(0, hours - 60))
        z[i, at : at + 30] = z[i, at]
    q = np.maximum(0, (z - base[:, None] + 0.5)) * rng.uniform(4, 18, len(code))[:, None]
    table = _series("st_river_r", world, code, {"z": z, "q": q}, "wptn", z)
    s = Spoiler(table, truth, world.rng("dirt river"))
    s.cells("z", rates.sentinel, "#8 sentinel", lambda v, r: "-9999.000", "repaired")
    _resend(s, "z", rates.resent_row, 0.05, 3)
    return _by_time(table), base


def _reservoir(
    world: World, rates: DirtRates, truth: Truth, code: np.ndarray, wet: np.ndarray
) -> tuple[Table, np.ndarray]:
    rng = world.rng("reservoir")
    hours = len(wet)
    base = np.round(rng.uniform(40, 160, len(code)), 2)
    swell = np.convolve(wet, np.exp(-np.arange(240) / 90.0))[:hours] * 0.016
    rz = (
        base[:, None]
        + swell[None, :] * rng.uniform(0.5, 1.4, len(code))[:, None]
        + rng.normal(0, 0.004, (len(code), hours))
    )
    size = rng.uniform(0.4, 6.0, len(code))[:, None]
    w = size * (1 + (rz - base[:, None]) * 0.06)
    inq = wet[None, :] * size * 0.6 + rng.uniform(0.02, 0.12, (len(code), hours))
    otq = np.maximum(0.02, (rz - base[:, None] - 0.6) * size * 2)
    table = _series("st_rsvr_r", world, code, {"rz": rz, "inq": inq, "w": w, "otq": otq}, "rwptn", rz)
    s = Spoiler(table, truth, world.rng("dirt reservoir"))
    s.cells("rz", rates.sentinel, "#8 sentinel", lambda v, r: "-9999.000", "repaired")
    _resend(s, "rz", rates.resent_row, 0.05, 3)
    return _by_time(table), base + 1.5


def _series(
    name: str, world: World, code: np.ndarray, values: dict[str, np.ndarray], tendency: str, level: np.ndarray
) -> Table:
    hours = level.shape[1]
    time = time_text(world.start.astype("datetime64[s]") + (np.arange(hours) * 3600).astype("timedelta64[s]"))
    change = np.diff(level, axis=1, prepend=level[:, :1])
    word = np.array(["4", "6", "5"], dtype=object)[
        (np.sign(np.where(np.abs(change) < 0.02, 0, change)) + 1).astype(int)
    ]
    columns: dict[str, np.ndarray] = {"stcd": np.repeat(code, hours), "tm": np.tile(time, len(code))}
    for column, grid in values.items():
        columns[column] = decimals(grid.ravel(), 3)
    columns[tendency] = word.ravel()
    return Table("water", name, ("stcd", "tm"), columns)


def _resend(s: Spoiler, column: str, rate: float, step: float, places: int) -> None:
    """Send some rows again with a second value (#8)."""
    table = s.table
    rows = np.flatnonzero(s.rng.random(len(table)) < rate)
    rows = rows[~s.touched[column][rows]] if column in s.touched else rows
    first = len(table)
    table.append_copies(rows)
    s.touched = {c: np.concatenate([m, np.ones(len(rows), bool)]) for c, m in s.touched.items()}
    for i, row in enumerate(rows):
        clean = table.columns[column][row]
        second = format(float(clean) + step * int(s.rng.integers(1, 6)), f".{places}f")
        table.columns[column][first + i] = second
        s.truth.add(table, int(row), column, "#8 re-sent row with a second value", clean, second, "flagged")


def _by_time(table: Table) -> Table:
    """Order as a department's table grows: by time; a re-sent row comes after the first."""
    return table.take(np.argsort(table.columns["tm"].astype(str), kind="stable"))


def _cameras(world: World, rates: DirtRates, truth: Truth, code: np.ndarray, kind: np.ndarray) -> Table:
    rng = world.rng("hydrology cameras")
    at = np.flatnonzero(kind > 0)
    at = at[rng.random(len(at)) < 0.8]
    n = len(at)
    online = rng.random(n) < 0.9
    seen = world.end.astype("datetime64[s]") - np.where(
        online, rng.integers(60, 900, n), rng.integers(86400, 86400 * 40, n)
    ).astype("timedelta64[s]")
    table = Table(
        "water",
        "hy_camera",
        ("camera_code",),
        {
            "camera_code": codes.gb28181(np.arange(n), kind="131", division="33060321"),
            "stcd": code[at],
            "camera_name": np.array([f"水利视频{i:03d}" for i in range(1, n + 1)], dtype=object),
            "status": np.where(online, "在线", "离线").astype(object),
            "last_seen_at": time_text(seen),
        },
    ).freeze_keys()
    s = Spoiler(table, truth, world.rng("dirt hydrology cameras"))
    s.cells(
        "camera_code",
        rates.ruined_code,
        "#11 camera code ruined by a spreadsheet",
        lambda v, r: f"{float(v):.5E}",
        "rejected",
    )
    s.text("camera_name", rates)
    return table

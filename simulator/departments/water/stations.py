"""The stations of the water bureau and the cameras at them."""

from __future__ import annotations

import numpy as np

from simulator import codes, load
from simulator.dirt import DirtRates, Spoiler, Truth
from simulator.tables import Table, time_text, to_text
from simulator.world import World, infa

RIVERS = ["浙东运河", "平水江", "娄宫江", "漓渚江", "鉴湖", "型塘江", "陌坞江", "秋湖江", "项里江", "西小江", "夏履江"]
SUFFIXES = ("雨量站", "水位站", "水库", "闸", "泵站", "潮位站", "简易雨量站", "加密雨量站")
PUMPS, TIDES = 10, 2


def make(world: World) -> tuple[Table, np.ndarray, np.ndarray]:
    """Return the stations without dirt, the kind of each (a position in ``SUFFIXES``) and its town.

    In the typhoon's quarter the simple gauges of villages come after all others.
    """
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
    suffix = np.array(SUFFIXES, dtype=object)[kind]
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
    table, kind, town = _append(world, table, kind, town, [4] * PUMPS + [5] * TIDES)
    if world.scenario == "in-fa":
        table, kind, town = _append(world, table, kind, town, [6] * infa.VILLAGE_GAUGES)
    if world.scale > 1:
        table, kind, town = _append(world, table, kind, town, [7] * load.gauges(world))
    table.freeze_keys()
    return table, kind, town


def _append(
    world: World, table: Table, kind: np.ndarray, town: np.ndarray, kinds: list[int]
) -> tuple[Table, np.ndarray, np.ndarray]:
    """Return the stations with more of them at the end: pumps, tide gauges at the coast, gauges of villages."""
    rng, towns, v = world.rng(f"more stations {kinds[0]}"), world.towns, world.villages
    more = np.array(kinds)
    n, first = len(more), len(table)
    low = np.flatnonzero(np.isin(towns["terrain"], ["plain", "coast", "urban"]))
    coast = np.flatnonzero(towns["terrain"] == "coast")
    village = np.arange(n) % len(v["town"])
    place = np.where(more >= 6, v["town"][village], np.where(more == 5, coast[0], low[rng.integers(0, len(low), n)]))
    lon, lat = world.scatter(rng, place)
    name = [
        f"{v['name'][x]}{SUFFIXES[k]}{i}" if k >= 6 else f"{towns['name'][p][:2]}{i}号{SUFFIXES[k]}"
        for i, (k, p, x) in enumerate(zip(more, place, village, strict=True), 1)
    ]
    columns = {
        "stcd": load.codes(1, n)
        if more[0] == 7
        else np.array([f"633{k + 1}{i:04d}" for i, k in enumerate(more, first + 1)], dtype=object),
        "stnm": np.array(name, dtype=object),
        "rvnm": np.array(RIVERS, dtype=object)[rng.integers(0, len(RIVERS), n)],
        "lgtd": to_text(lon, ".6f"),
        "lttd": to_text(lat, ".6f"),
        "stlc": "浙江省绍兴市柯桥区" + towns["name"][place],
        "addvcd": np.full(n, "330603", dtype=object),
        "town_code": towns["nbs9"][place],
        "dtmnm": np.full(n, "1985国家高程基准", dtype=object),
        "sttp": np.array(["", "", "", "", "DP", "TT", "PP", "PP"], dtype=object)[more],
        "frgrd": np.full(n, "5", dtype=object),
        "usfl": np.full(n, "1", dtype=object),
    }
    table.columns = {c: np.concatenate([x, columns[c]]) for c, x in table.columns.items()}
    return table, np.concatenate([kind, more]), np.concatenate([town, place])


def cameras(world: World, rates: DirtRates, truth: Truth, code: np.ndarray, kind: np.ndarray) -> Table:
    """Return the cameras at rivers, reservoirs, gates and pumps, bound to their stations."""
    rng = world.rng("hydrology cameras")
    at = np.flatnonzero((kind > 0) & (kind < 6))
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
    truth.link(table, np.arange(n), "device", table.columns["camera_code"].copy())
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

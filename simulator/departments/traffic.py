"""What the traffic bureau puts into its bucket: roads, hourly speeds, closures, hazmat vehicles and their tracks.

Gzipped CSV and GeoJSON. Beijing time, WGS-84, NBS town codes. Speeds: one file a month of the period; tracks: one
file a day of its last week; closures: one layer a quarter.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import minimum_spanning_tree
from scipy.spatial import Delaunay

from simulator import files
from simulator.dirt import DirtRates, Spoiler
from simulator.tables import Table, date_text, decimals, time_text, to_text
from simulator.truth import Truth
from simulator.world import World, infa

SERVICES = {"*": "s3"}
SEGMENTS, MEASURED, TRACK_DAYS, POINTS = 620, 44, 7, 60
# class, share, free speed, lanes
CLASSES = (
    ("高速", 0.06, 100, 4),
    ("国道", 0.08, 75, 4),
    ("省道", 0.12, 65, 2),
    ("县道", 0.20, 50, 2),
    ("乡道", 0.24, 38, 1),
    ("城市道路", 0.30, 45, 4),
)
ROADS = {
    "高速": ("杭甬高速", "绍诸高速", "常台高速"),
    "国道": ("G104", "G329"),
    "省道": ("S308", "S309", "S211"),
    "县道": ("柯袍线", "平王线", "稽东线", "漓渚线"),
    "乡道": ("村道一线", "村道二线", "山前路"),
    "城市道路": ("金柯桥大道", "群贤路", "鉴湖路", "笛扬路", "裕民路"),
}
# segments that real tables hold beside a network: no length, twins of another, an island, ways in without a way out
FAULTS = {"zero_length": 2, "parallel": 6, "island": 3, "dead_end": 4}
WRONG_LENGTHS = 3
REASONS = ("积水", "塌方", "事故", "施工", "冰雪", "大雾", "活动")
PLACES = {
    "road_segments": ("segments/路段", "utf-8"),
    "segment_speeds": ("speeds/车速", "utf-8"),
    "hazmat_vehicles": ("hazmat/危货车辆", "gbk"),
    "hazmat_tracks": ("tracks/轨迹", "utf-8"),
    "road_closures": ("closures/封道", "geojson"),
}


def build(world: World, rates: DirtRates, truth: Truth) -> list[Table]:
    """Return every file of every table, oldest first."""
    roads, facts = _segments(world, rates, truth)
    vehicles, firm = _vehicles(world, rates, truth)
    return [
        roads.of(world.period),
        *_speeds(world, rates, truth, facts),
        *_closures(world, rates, truth, facts),
        vehicles.of(world.period),
        *_tracks(world, rates, truth, vehicles.frozen_keys or [], firm),
    ]


def publish(out: Path, tables: list[Table], world: World) -> None:
    """Write the objects of the bucket."""
    for table in tables:
        stem, form = PLACES[table.name]
        path = out / f"{stem}_{table.version}.{'geojson' if form == 'geojson' else 'csv.gz'}"
        path.parent.mkdir(parents=True, exist_ok=True)
        if form == "geojson":
            path.write_text(_layer(table), encoding="utf-8")
        else:
            # a fixed time in the header: equal tables are equal bytes
            path.write_bytes(gzip.compress(files.csv_bytes(table.arrow(), form), 4, mtime=0))


def _layer(table: Table) -> str:
    """Return a table with a column ``geometry`` (points joined by spaces) as a GeoJSON layer."""
    names = [c for c in table.columns if c != "geometry"]
    features = []
    for i in range(len(table)):
        points = [[float(x) for x in p.split(",")] for p in table.columns["geometry"][i].split(" ")]
        values = {c: table.columns[c][i] for c in names}
        features.append(
            {"type": "Feature", "properties": values, "geometry": {"type": "LineString", "coordinates": points}}
        )
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False, separators=(",", ":"))


def _network(world: World, rng: np.random.Generator) -> tuple[dict[str, np.ndarray], list[str]]:
    """Return the ends of all segments, which of them are one-way, and what is wrong with each ("" for nothing).

    Seats and villages are joined by the shortest tree and the shortest other links, so that every place can be reached
    from every other. What real tables hold besides is planted: segments without length, twins, an island, dead ends.
    """
    v, t = world.villages, world.towns
    lon, lat = np.concatenate([t["lon"], v["lon"]]), np.concatenate([t["lat"], v["lat"]])
    town = np.concatenate([np.arange(16), v["town"]])
    sides = Delaunay(np.column_stack([lon * 96.4, lat * 110.9])).simplices[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2)
    pairs = np.unique(np.sort(sides, axis=1), axis=0)
    length = np.hypot((lon[pairs[:, 0]] - lon[pairs[:, 1]]) * 96.4, (lat[pairs[:, 0]] - lat[pairs[:, 1]]) * 110.9)
    tree = minimum_spanning_tree(coo_matrix((length, pairs.T), shape=(len(lon), len(lon)))).tocoo()
    in_tree = {tuple(sorted(p)) for p in zip(tree.row.tolist(), tree.col.tolist(), strict=True)}
    short = [tuple(p) for p in pairs[np.argsort(length)].tolist()]
    more = [p for p in short if p not in in_tree][: SEGMENTS - len(in_tree) - sum(FAULTS.values())]
    ends = np.array([*sorted(in_tree), *more])
    one_way = np.concatenate([np.zeros(len(in_tree), bool), rng.random(len(more)) < 0.15])
    ends = ends[:, ::-1] if rng.random() < 0.5 else ends
    made = {
        "lon": lon[ends[:, 0]], "lat": lat[ends[:, 0]], "to_lon": lon[ends[:, 1]], "to_lat": lat[ends[:, 1]],
        "town": town[ends[:, 0]], "one_way": one_way,
    }  # fmt: skip
    said = [""] * len(ends)
    for fault, n in FAULTS.items():
        for k, row in enumerate(rng.choice(len(ends), n, replace=False)):
            more_of = {c: made[c][row] for c in made} | {"one_way": False}
            if fault == "zero_length":
                more_of |= {"to_lon": more_of["lon"], "to_lat": more_of["lat"]}
            elif fault == "dead_end":
                more_of |= {
                    "to_lon": more_of["lon"] + 0.004 + k * 1e-4,
                    "to_lat": more_of["lat"] + 0.002,
                    "one_way": True,
                }
            elif fault == "island":
                x, y = t["lon"][11] + 0.011 + 0.004 * k, t["lat"][11] + 0.013
                more_of |= {"lon": x, "lat": y, "to_lon": x + 0.004, "to_lat": y, "town": 11}
            made = {c: np.append(v_, more_of[c]) for c, v_ in made.items()}
            said.append(fault)
    order = np.argsort(made["town"], kind="stable")
    return {c: v_[order] for c, v_ in made.items()}, [said[i] for i in order]


def _segments(world: World, rates: DirtRates, truth: Truth) -> tuple[Table, dict[str, np.ndarray]]:
    rng, towns = world.rng("road segments"), world.towns
    made, said = _network(world, rng)
    town, lon, lat, to_lon, to_lat = (made[c] for c in ("town", "lon", "lat", "to_lon", "to_lat"))
    kind = rng.choice(len(CLASSES), SEGMENTS, p=[c[1] for c in CLASSES])
    straight = np.hypot((to_lon - lon) * 96.4, (to_lat - lat) * 110.9)
    length = straight * rng.uniform(1.05, 1.35, SEGMENTS)
    plain = np.flatnonzero([s == "" for s in said] & (straight > 0.5))
    short = rng.choice(plain, WRONG_LENGTHS, replace=False)
    length[short] /= 10
    for i in short:
        said[i] = "length_too_short"
    free = np.array([c[2] for c in CLASSES])[kind]
    name = [
        ROADS[CLASSES[k][0]][p % len(ROADS[CLASSES[k][0]])]
        for k, p in zip(kind, rng.integers(0, 99, SEGMENTS), strict=True)
    ]
    low = np.isin(towns["terrain"][town], ["urban", "plain", "coast"])
    number = np.array([f"LD{i:05d}" for i in range(1, SEGMENTS + 1)], dtype=object)
    wet = low & (rng.random(SEGMENTS) < 0.14)
    table = Table(
        "traffic",
        "road_segments",
        ("路段编号",),
        {
            "路段编号": number,
            "道路名称": np.array(name, dtype=object),
            "等级": np.array([c[0] for c in CLASSES], dtype=object)[kind],
            "镇街代码": towns["nbs9"][town],
            "镇街": towns["name"][town],
            "起点经度": to_text(lon, ".6f"),
            "起点纬度": to_text(lat, ".6f"),
            "终点经度": to_text(to_lon, ".6f"),
            "终点纬度": to_text(to_lat, ".6f"),
            "长度公里": to_text(length, ".3f"),
            "自由流车速": free.astype(str).astype(object),
            "车道数": np.array([c[3] for c in CLASSES])[kind].astype(str).astype(object),
            "易涝": np.where(wet, "是", "否").astype(object),
            "通行方向": np.where(made["one_way"], "单向", "双向").astype(object),
        },
    ).freeze_keys()
    truth.link(table, np.arange(SEGMENTS), "road_finding", np.array(said, dtype=object))
    facts = {
        "no": number.copy(), "name": table.columns["道路名称"].copy(), "town": town, "free": free, "wet": wet,
        "lon": lon, "lat": lat, "to_lon": to_lon, "to_lat": to_lat,
    }  # fmt: skip
    s = Spoiler(table, truth, world.rng("dirt road segments"))
    s.text("道路名称", rates)
    s.towns("镇街代码", "镇街", rates, list(towns["name"]), list(towns["nbs9"]))
    s.points("起点经度", "起点纬度", rates)
    return table, facts


def _speeds(world: World, rates: DirtRates, truth: Truth, facts: dict[str, np.ndarray]) -> list[Table]:
    """Return the hourly speeds of the measured segments: slow at rush hours and in the rain."""
    rng = world.rng("segment speeds")
    chosen = np.sort(rng.choice(SEGMENTS, MEASURED, replace=False))
    hours = len(world.rain) // 6
    hour = np.tile(np.arange(hours), MEASURED)
    segment = np.repeat(chosen, hours)
    clock = hour % 24
    rush = 1 - 0.32 * (np.exp(-((clock - 8) ** 2) / 3) + np.exp(-((clock - 17.5) ** 2) / 4))
    rain = world.rain.reshape(-1, 6).sum(axis=1)[hour]
    speed = facts["free"][segment] * rush * (1 - np.minimum(0.5, rain * 0.03)) * rng.normal(0.93, 0.05, len(hour))
    count = np.maximum(0, rng.poisson(np.where((clock > 5) & (clock < 23), 420, 60)))
    at = world.start.astype("datetime64[s]") + (np.arange(hours) * 3600).astype("timedelta64[s]")
    texts, months = time_text(at), at.astype("datetime64[M]")
    out = []
    for month in np.unique(months):
        rows = np.flatnonzero(months[hour] == month)
        # as the bureau's table grows: hour by hour
        rows = rows[np.argsort(hour[rows], kind="stable")]
        table = Table(
            "traffic",
            "segment_speeds",
            ("路段编号", "时段开始"),
            {
                "路段编号": facts["no"][segment[rows]],
                "时段开始": texts[hour[rows]],
                "平均车速": decimals(speed[rows], 1),
                "车辆数": decimals(count[rows], 0),
            },
        )
        s = Spoiler(table, truth, world.rng(f"dirt segment speeds {month}"))
        s.sentinels("平均车速", rates, ("-1.0", "255.0"))
        s.repeat_rows(rates.duplicate_row / 4)
        out.append(table.of(str(month)))
    return out


def _closures(world: World, rates: DirtRates, truth: Truth, facts: dict[str, np.ndarray]) -> list[Table]:
    """Return the closures of each quarter; flood-prone roads close when it pours."""
    rng, towns, out, serial = world.rng("road closures"), world.towns, [], 0
    for period, first, last in world.quarters:
        n = max(6, world.n(42))
        segment = rng.integers(0, SEGMENTS, n)
        reason = rng.choice(np.array(REASONS, dtype=object), n, p=[0.16, 0.06, 0.36, 0.30, 0.03, 0.05, 0.04])
        at = world.moments(rng, n, first, last, working=False)
        hold = np.exp(rng.normal(1.2, 1.0, n)) * np.where(reason == "施工", 40, 1)
        if period == world.period:
            extra = _flooded(world, rng, facts)
            segment, at = np.concatenate([segment, extra[0]]), np.concatenate([at, extra[1]])
            reason = np.concatenate([reason, np.full(len(extra[0]), "积水", dtype=object)])
            hold = np.concatenate([hold, rng.uniform(2, 18, len(extra[0]))])
        order = np.argsort(at, kind="stable")
        segment, at, reason, hold = segment[order], at[order], reason[order], hold[order]
        n, town = len(at), facts["town"][segment]
        again = at + (hold * 3600).astype(int).astype("timedelta64[s]")
        open_ = again < last.astype("datetime64[s]")
        columns = [facts[c][segment] for c in ("lon", "lat", "to_lon", "to_lat")]
        line = [
            f"{a:.6f},{b:.6f} {(a + c) / 2 + 0.0006:.6f},{(b + d) / 2:.6f} {c:.6f},{d:.6f}"
            for a, b, c, d in zip(*columns, strict=True)
        ]
        table = Table(
            "traffic",
            "road_closures",
            ("closure_no",),
            {
                "closure_no": np.array([f"FD{serial + i:06d}" for i in range(1, n + 1)], dtype=object),
                "segment_no": facts["no"][segment],
                "road_name": facts["name"][segment],
                "town_code": towns["nbs9"][town],
                "town_name": towns["name"][town],
                "reason": reason,
                "closed_at": time_text(at),
                "reopened_at": time_text(np.where(open_, again, np.datetime64("NaT"))),
                "is_full": np.where(rng.random(n) < 0.6, "是", "否").astype(object),
                "geometry": np.array(line, dtype=object),
            },
        ).freeze_keys()
        serial += n
        s = Spoiler(table, truth, world.rng(f"dirt road closures {period}"))
        s.text("road_name", rates)
        s.dates("closed_at", rates, required=True)
        s.dates("reopened_at", rates)
        s.towns("town_code", "town_name", rates, list(towns["name"]), list(towns["nbs9"]))
        out.append(table.of(period))
    return out


def _flooded(world: World, rng: np.random.Generator, facts: dict[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Return flood-prone segments that closed in the period's hardest hours, and when."""
    hourly = world.rain.reshape(-1, 6).sum(axis=1)
    hard = np.flatnonzero(hourly > 8)
    wet = np.flatnonzero(facts["wet"])
    n = min(len(hard) * 2, 60 if world.scenario else 25, len(wet))
    if not n:
        return np.empty(0, int), np.empty(0, "datetime64[s]")
    hour = rng.choice(hard, n)
    at = world.start.astype("datetime64[s]") + (hour * 3600 + rng.integers(0, 3600, n)).astype("timedelta64[s]")
    return rng.choice(wet, n, replace=False), at


def _vehicles(world: World, rates: DirtRates, truth: Truth) -> tuple[Table, np.ndarray]:
    """Return the vehicles of firms that carry dangerous goods."""
    rng, f = world.rng("hazmat vehicles"), world.firms
    owners = np.flatnonzero(np.isin(f["industry"], ["transport", "chemical"]))
    n = max(6, world.n(90))
    firm = rng.choice(owners, n)
    letters = np.array(list("0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"))
    plate = ["浙D" + "".join(letters[x]) for x in rng.integers(0, len(letters), (n, 5))]
    goods = np.array(["易燃液体", "压缩气体", "腐蚀品", "氧化剂", "毒害品", "杂类"], dtype=object)
    table = Table(
        "traffic",
        "hazmat_vehicles",
        ("车辆编号",),
        {
            "车辆编号": np.array([f"WH{i:04d}" for i in range(1, n + 1)], dtype=object),
            "车牌号": np.array(plate, dtype=object),
            "所属企业": f["name"][firm],
            "统一社会信用代码": f["uscc"][firm],
            "货物类别": goods[rng.choice(6, n, p=[0.42, 0.18, 0.2, 0.08, 0.05, 0.07])],
            "核定载质量吨": to_text(rng.uniform(4, 33, n), ".2f"),
            "运输证有效期": date_text(world.end + rng.integers(-60, 1200, n).astype("timedelta64[D]")),
            "检测日期": date_text(world.end - rng.integers(5, 420, n).astype("timedelta64[D]")),
        },
    ).freeze_keys()
    truth.link(table, np.arange(n), "firm", f["no"][firm])
    s = Spoiler(table, truth, world.rng("dirt hazmat vehicles"))
    s.credit_codes("统一社会信用代码", rates, list(f["uscc"]), required=False)
    s.firm_names("所属企业", rates)
    s.dates("运输证有效期", rates)
    s.dates("检测日期", rates)
    s.empty("检测日期", rates)
    return table, firm


def _tracks(world: World, rates: DirtRates, truth: Truth, vehicles: list[str], firm: np.ndarray) -> list[Table]:
    """Return the points of the last week: each vehicle that drives leaves its yard, visits firms and comes home."""
    rng, f, out = world.rng("hazmat tracks"), world.firms, []
    last = infa.LAST if world.scenario == "in-fa" else world.end
    for day in np.arange(last - TRACK_DAYS, last):
        driving = np.flatnonzero(rng.random(len(vehicles)) < 0.55)
        count = len(driving)
        stops = rng.integers(0, len(f["no"]), (count, 3))
        places = np.column_stack([firm[driving], stops, firm[driving]])
        leg = np.linspace(0, 3.999, POINTS)
        a, part = leg.astype(int), leg % 1
        lon = f["lon"][places[:, a]] * (1 - part) + f["lon"][places[:, a + 1]] * part
        lat = f["lat"][places[:, a]] * (1 - part) + f["lat"][places[:, a + 1]] * part
        begins = day.astype("datetime64[s]") + rng.integers(5 * 3600, 11 * 3600, count).astype("timedelta64[s]")
        at = begins[:, None] + (np.arange(POINTS) * 300).astype("timedelta64[s]")[None, :]
        order = np.argsort(at.ravel(), kind="stable")
        code = np.repeat(np.array(vehicles, dtype=object)[driving], POINTS)[order]
        table = Table(
            "traffic",
            "hazmat_tracks",
            ("车辆编号", "定位时间"),
            {
                "车辆编号": code,
                "定位时间": time_text(at.ravel()[order]),
                "经度": to_text(lon.ravel()[order], ".6f"),
                "纬度": to_text(lat.ravel()[order], ".6f"),
                "车速": to_text(np.clip(rng.normal(46, 16, len(code)), 0, 95), ".1f"),
                "是否重车": np.where(np.tile(leg < 2, count)[order], "是", "否").astype(object),
            },
        ).freeze_keys()
        s = Spoiler(table, truth, world.rng(f"dirt hazmat tracks {day}"))
        s.points("经度", "纬度", rates, mixed=True)
        s.repeat_rows(rates.duplicate_row)
        out.append(table.of(str(day)))
    return out

"""What the natural resources bureau hands over: map layers (GeoJSON, zipped shapefiles in GBK) and workbooks.

CGCS2000 degrees, which are WGS-84 to less than a metre; NBS town codes of nine digits. Hazard points and facilities
are those that other departments know.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import shapely

from simulator import files, papers
from simulator.departments import _grassroots as g
from simulator.dirt import DirtRates, Truth
from simulator.tables import Table, date_text, to_text
from simulator.world import World

SERVICES = {"*": "folder"}
_WORDS = {
    "author": "自然资源和规划局柯桥分局",
    "footnote": "注：坐标系为 CGCS2000。",
    "numbers": (
        "避难面积要求（平方米）",
        "消火栓数",
        "精度（米）",
        "要素数",
        "应有字段数",
        "已映射字段数",
        "交换次数",
        "失败次数",
        "质量评分",
    ),
}
FORMS = {
    "planning_opinions": g.form("规划意见", "规划意见", 6, 15, ("项目", "意见"), **_WORDS),
    "scenario_layers": g.form("场景图层", "场景图层", 4, 11, ("绑定", "图层"), **_WORDS),
    "data_catalogue": g.form("共享目录", "共享目录", 4, 12, ("目录", "挂接"), **_WORDS),
}
LEVELS = {"红": "极高", "橙": "高", "黄": "中", "蓝": "低"}
HAZARDS = ("滑坡", "崩塌", "泥石流", "不稳定斜坡", "地面塌陷")
GRADES = ("快速路", "主干路", "次干路", "支路", "村道")
PROJECTS = ("学校", "医院", "公园广场", "体育场馆", "工业园区", "住宅小区", "道路")
SCENES = {
    "台风洪涝": ("避难场所", "救援通道", "应急物资"),
    "地质灾害": ("监测设备", "避难场所", "救援队伍"),
    "森林火灾": ("救援队伍", "救援通道"),
    "危化品事故": ("重点企业", "救援队伍", "应急物资"),
    "厂房火灾": ("重点企业", "救援通道"),
}
DATASETS = (
    "地质灾害隐患点", "地质灾害风险防范区", "应急避难场所", "应急救援通道", "国土空间规划", "不动产登记", "建设用地", "数字高程模型",
    "正射影像", "地名地址", "在册矿山", "切坡建房台账", "地灾监测设备", "规划用地许可", "森林资源图斑", "古树名木",
)  # fmt: skip
ASKED_BY = ("区应急管理局", "区水利局", "区消防救援大队", "区大数据局", "各镇（街道）")


def build(world: World, rates: DirtRates, truth: Truth) -> list[Table]:
    """Return the layers of the last two quarters, and the workbooks of all."""
    tables: list[Table] = []
    for period, _first, last in world.quarters[-2:]:
        tables += [
            _points(world, rates, truth, period, last),
            _zones(world, rates, truth, period, last),
            _facilities(world, rates, truth, period, last),
            _roads(world, rates, truth, period, last),
        ]
    for period, first, last in world.quarters:
        tables.append(_opinions(world, rates, truth, period, first, last))
        tables.append(_catalogue(world, rates, truth, period, last))
    tables.append(_scenes(world, rates, truth))
    return tables


def publish(out: Path, tables: list[Table], world: World) -> None:
    """Write layers and workbooks."""
    files.write(out, [t for t in tables if t.name in FORMS], FORMS)
    for table in tables:
        if table.name in FORMS:
            continue
        plain = Table(table.silo, table.name, table.key, dict(table.columns), version=table.version)
        if table.name in ("geo_hazard_points", "emergency_facilities"):
            shapes = shapely.points(*(plain.columns.pop(c).astype(float) for c in ("lon", "lat")))
        else:
            shapes = shapely.from_wkt(plain.columns.pop("wkt"))
        if table.name == "geo_hazard_points":
            papers.geojson(out / f"地质灾害隐患点_{table.version}.geojson", plain, shapes)
        elif table.name == "risk_zones":
            papers.shapefile_zip(out / f"风险防范区_{table.version}.zip", plain, shapes, "Polygon")
        elif table.name == "emergency_facilities":
            papers.shapefile_zip(out / f"应急设施_{table.version}.zip", plain, shapes, "Point")
        else:
            papers.shapefile_zip(out / f"应急通道_{table.version}.zip", plain, shapes, "LineString")


def _own(world: World, town: np.ndarray, code: str, name: str) -> dict[str, np.ndarray]:
    return {code: world.towns["nbs9"][town].copy(), name: world.towns["name"][town].copy()}


def _geological(world: World) -> np.ndarray:
    return np.flatnonzero(world.risk_points["kind"] == "地质灾害")


def _points(world: World, rates: DirtRates, truth: Truth, period: str, last: np.datetime64) -> Table:
    rng, p = world.fresh("resources points"), world.risk_points
    every = _geological(world)
    n = len(every)
    people = (p["threatened"][every] * rng.uniform(0.8, 1.2, n)).astype(int) + 1
    wealth = np.round(people * rng.uniform(6, 30, n), 2)
    registered = world.end - rng.integers(300, 4500, n).astype("timedelta64[D]")
    new = rng.random(n) < 0.04
    registered[new] = world.end - rng.integers(5, 85, int(new.sum())).astype("timedelta64[D]")
    off = np.where(
        rng.random(n) < 0.08, world.end - rng.integers(2, 290, n).astype("timedelta64[D]"), np.datetime64("NaT")
    )
    off = np.where(off > registered, off, np.datetime64("NaT"))
    assessed = np.maximum(p["assessed"][every], registered)
    words = {
        "kind": g.choose(rng, HAZARDS, n, [0.5, 0.2, 0.12, 0.15, 0.03]),
        "scale": g.choose(rng, ("小型", "中型", "大型"), n, [0.88, 0.11, 0.01]),
        "measure": g.choose(rng, ("监测预警", "工程治理", "避让搬迁"), n, [0.7, 0.2, 0.1]),
        "accuracy": g.column(rng.choice([1, 2, 5, 10, 20], n)),
    }
    at = np.flatnonzero(registered < last)
    row = every[at]
    table = Table("resources", "geo_hazard_points", ("编号",), {
        "编号": g.column(f"DZ330603{i + 1:04d}" for i in at),
        "名称": g.column(f"{world.villages['name'][v]}{k}点" for v, k in zip(p["village"][row], words["kind"][at], strict=True)),
        "灾害类型": words["kind"][at],
        "规模等级": words["scale"][at],
        "风险等级": g.column(LEVELS[c] for c in p["colour"][row]),
        "威胁户数": g.column(np.maximum(1, people[at] // 3)),
        "威胁人数": g.column(people[at]),
        "威胁财产": g.column(f"{w:.2f}" for w in wealth[at]),
        **_own(world, p["town"][row], "镇街代码", "镇街"),
        "村社": world.villages["name"][p["village"][row]].copy(),
        "监测人": p["holder_name"][row].astype(object),
        "监测人电话": p["holder_phone"][row].astype(object),
        "防治措施": words["measure"][at],
        "认定日期": date_text(registered[at]),
        "复核日期": date_text(np.minimum(assessed[at], last - 1)),
        "核销日期": g.hide(date_text(off[at]), np.isnat(off[at]) | (off[at] >= last)),
        "坐标系": g.column(["CGCS2000"] * len(at)),
        "定位精度": words["accuracy"][at],
        "lon": to_text(p["lon"][row], ".6f"),
        "lat": to_text(p["lat"][row], ".6f"),
    }, version=period)  # fmt: skip
    # a point registered in the quarter cannot have been looked at again before
    early = np.array([r > v for r, v in zip(table.columns["认定日期"], table.columns["复核日期"], strict=True)])
    table.columns["复核日期"][early] = None
    d = g.spoil(table, world, truth)
    truth.link(table, np.arange(len(at)), "risk_point", p["id"][row])
    truth.link(table, np.arange(len(at)), "person", p["holder_id"][row])
    d.points("lon", "lat", rates, mixed=True)
    d.money("威胁财产", rates, outliers=False)
    g.common(d, world, rates, texts=["镇街", "名称"], names=["监测人"], phones=["监测人电话"], village="村社",
             dates=["认定日期", "复核日期"], counts=["威胁人数"])  # fmt: skip
    d.towns("镇街代码", "镇街", rates, list(world.towns["name"]), list(world.towns["nbs9"]))
    return table


def _zones(world: World, rates: DirtRates, truth: Truth, period: str, last: np.datetime64) -> Table:
    rng, p = world.fresh("resources zones"), world.risk_points
    every = _geological(world)
    row = every[rng.random(len(every)) < 0.85]
    n = len(row)
    radius = rng.uniform(60, 320, n)
    corners = np.arange(0, 2 * np.pi, np.pi / 5)
    wobble = rng.uniform(0.7, 1.2, (n, len(corners)))
    shapes = [
        shapely.Polygon(
            [(round(x + r * w * np.cos(c) / 96400, 7), round(y + r * w * np.sin(c) / 110900, 7)) for c, w in zip(corners, ws, strict=True)]
        )
        for x, y, r, ws in zip(p["lon"][row], p["lat"][row], radius, wobble, strict=True)
    ]  # fmt: skip
    area = np.array([s.area for s in shapes]) * 96400 * 110900
    updated = np.minimum(world.end - rng.integers(10, 900, n).astype("timedelta64[D]"), last - 1)
    table = Table("resources", "risk_zones", ("FQBH",), {
        "FQBH": g.column(f"FQ330603{i:04d}" for i in range(1, n + 1)),
        "FQMC": g.column(f"{world.villages['name'][v]}风险防范区" for v in p["village"][row]),
        "FXDJ": g.column(LEVELS[c] for c in p["colour"][row]),
        "YS": p["colour"][row].copy(),
        **_own(world, p["town"][row], "XZDM", "XZMC"),
        "CMC": world.villages["name"][p["village"][row]].copy(),
        "MJ": to_text(area, ".1f"),
        "WXRS": g.column(p["threatened"][row] + 1),
        "FZR": p["holder_name"][row].astype(object),
        "LXDH": p["holder_phone"][row].astype(object),
        "YLYZ": g.column(rng.choice([50, 80, 100, 120, 150], n)),
        "GXRQ": date_text(updated),
        "ZXJD": to_text(p["lon"][row], ".6f"),
        "ZXWD": to_text(p["lat"][row], ".6f"),
        "wkt": g.column(shapely.to_wkt(shapes, rounding_precision=7)),
    }, version=period)  # fmt: skip
    d = g.spoil(table, world, truth)
    truth.link(table, np.arange(n), "risk_point", p["id"][row])
    truth.link(table, np.arange(n), "person", p["holder_id"][row])
    d.points("ZXJD", "ZXWD", rates)
    d.phones("LXDH", rates)
    d.dates("GXRQ", rates)
    d.headcounts("WXRS", rates)
    for column in ("XZMC", "FQMC"):
        d.text(column, rates, "gbk")
    d.villages("CMC", rates)
    return table


def _facilities(world: World, rates: DirtRates, truth: Truth, period: str, last: np.datetime64) -> Table:
    """Facilities that towns list too, shelters of district and towns, fire stations, hospitals, the bureau's stores."""
    rng, f, s, t, k = (
        world.fresh("resources facilities"),
        g.facilities(world),
        world.shelters,
        world.teams,
        world.stores,
    )
    pipes = np.flatnonzero(np.isin(f["kind"], ["市政消火栓", "直升机起降点"]))
    big = np.flatnonzero(s["level"] != "village")
    brigades = np.flatnonzero(np.isin(t["kind"], ["professional", "town_full"]))
    stores = np.flatnonzero(k["owner"] == "YJ")
    wards = np.concatenate([[0, 0], np.arange(16)])
    lon, lat = world.scatter(rng, wards, 0.2)
    parts = [
        ("facility", f["id"][pipes], f["place"][pipes], f["kind"][pipes], f["town"][pipes], f["lon"][pipes], f["lat"][pipes], 0),
        ("shelter", s["id"][big], s["name"][big], "应急避难场所", s["town"][big], s["lon"][big], s["lat"][big], s["capacity"][big]),
        ("team", t["id"][brigades], t["name"][brigades], "消防站", t["town"][brigades], t["lon"][brigades], t["lat"][brigades], 0),
        ("store", k["id"][stores], k["name"][stores], "物资仓库", k["town"][stores], k["lon"][stores], k["lat"][stores], 0),
        ("hospital", g.column(f"YY{i:03d}" for i in range(len(wards))), g.column(
            ["柯桥区中医医院", "绍兴市中心医院", *(f"{x}社区卫生服务中心" for x in world.towns["name"])]
        ), "医院", wards, lon, lat, 0),
    ]  # fmt: skip
    size = [len(x[1]) for x in parts]
    n = sum(size)
    spread = [np.concatenate([np.broadcast_to(np.asarray(x[i], dtype=object), (m,)) for x, m in zip(parts, size, strict=True)]) for i in range(2, 8)]  # fmt: skip
    name, kind, town, lon, lat, capacity = spread
    town = town.astype(int)
    built = world.end - rng.integers(200, 6000, n).astype("timedelta64[D]")
    status = g.choose(rng, ("现状", "在建", "规划"), n, [0.94, 0.03, 0.03])
    area = capacity.astype(float) * rng.uniform(1.5, 4, n)
    updated = np.minimum(world.end - rng.integers(10, 700, n).astype("timedelta64[D]"), last - 1)
    table = Table("resources", "emergency_facilities", ("SSBH",), {
        "SSBH": g.column(f"SS330603{i:05d}" for i in range(1, n + 1)),
        "SSMC": name,
        "SSLX": kind,
        **_own(world, town, "XZDM", "XZMC"),
        "DZ": g.column(f"绍兴市柯桥区{x}" for x in world.towns["name"][town]),
        "RNRS": g.hide(g.column(capacity), capacity == 0),
        "YXMJ": g.hide(to_text(area, ".1f"), capacity == 0),
        "ZT": status,
        "JCRQ": g.hide(date_text(built), status != "现状"),
        "GXRQ": date_text(updated),
        "lon": to_text(lon.astype(float), ".6f"),
        "lat": to_text(lat.astype(float), ".6f"),
    }, version=period)  # fmt: skip
    d = g.spoil(table, world, truth)
    at = 0
    for part, m in zip(parts, size, strict=True):
        truth.link(table, np.arange(at, at + m), part[0], part[1])
        at += m
    d.points("lon", "lat", rates, mixed=True)
    d.headcounts("RNRS", rates)
    d.former_county("DZ", rates)
    for column in ("JCRQ", "GXRQ"):
        d.dates(column, rates)
    for column in ("SSMC", "XZMC"):
        d.text(column, rates, "gbk")
    return table


def _roads(world: World, rates: DirtRates, truth: Truth, period: str, last: np.datetime64) -> Table:
    rng = world.fresh("resources roads")
    town = np.repeat(np.arange(16), 12)
    n = len(town)
    lon, lat = world.scatter(rng, town, 0.4)
    steps = rng.normal(0, 0.006, (n, 2, 2))
    shapes = [
        shapely.LineString([(round(x, 7), round(y, 7)), *((round(x + dx, 7), round(y + dy, 7)) for dx, dy in np.cumsum(s, axis=0))])
        for x, y, s in zip(lon, lat, steps, strict=True)
    ]  # fmt: skip
    length = np.hypot(steps[:, :, 0] * 96400, steps[:, :, 1] * 110900).sum(axis=1)
    grade = rng.choice(5, n, p=[0.04, 0.14, 0.22, 0.25, 0.35])
    width = np.round(np.array([24, 18, 12, 7, 4.0])[grade] + rng.uniform(-1, 1.5, n), 1)
    table = Table("resources", "access_roads", ("DLBH",), {
        "DLBH": g.column(f"DL330603{i:05d}" for i in range(1, n + 1)),
        "DLMC": g.column(f"{world.towns['name'][t][:2]}{('兴', '安', '康', '平', '通', '达')[i % 6]}{GRADES[k][-1]}{i % 12 + 1}段" for i, (t, k) in enumerate(zip(town, grade, strict=True))),
        "DLDJ": g.column(GRADES[k] for k in grade),
        **_own(world, town, "XZDM", "XZMC"),
        "LMKD": to_text(width, ".1f"),
        "JKGD": to_text(np.round(rng.uniform(3.6, 6.0, n), 1), ".1f"),
        "CZ": g.column(rng.choice([15, 20, 30, 55], n)),
        "CD": to_text(np.maximum(length, 20), ".1f"),
        "XFCTX": np.where(width >= 4, "是", "否").astype(object),
        "GXRQ": date_text(np.minimum(world.end - rng.integers(10, 900, n).astype("timedelta64[D]"), last - 1)),
        "wkt": g.column(shapely.to_wkt(shapes, rounding_precision=7)),
    }, version=period)  # fmt: skip
    d = g.spoil(table, world, truth)
    d.dates("GXRQ", rates)
    for column in ("XZMC", "DLMC"):
        d.text(column, rates, "gbk")
    return table


def _opinions(
    world: World, rates: DirtRates, truth: Truth, period: str, first: np.datetime64, last: np.datetime64
) -> Table:
    rng = world.rng(f"resources opinions {period}")
    n = 6 + world.n(18)
    town = rng.integers(0, 16, n)
    received = np.sort(g.days(rng, n, first, last - 25))
    kind = g.choose(rng, PROJECTS, n)
    adopted = g.choose(rng, ("采纳", "部分采纳", "未采纳"), n, [0.6, 0.3, 0.1])
    firm = rng.integers(0, len(world.firms["name"]), n)
    builder = world.firms["name"][firm]
    wide = np.isin(kind, ["学校", "公园广场", "体育场馆"])
    table = Table("resources", "planning_opinions", ("意见编号",), {
        "意见编号": g.column(f"GH{period[:4]}-{int(period[5]) * 1000 + i:04d}" for i in range(n)),
        "项目名称": g.column(f"{world.towns['name'][t]}{k}建设项目（{i + 1}号）" for i, (t, k) in enumerate(zip(town, kind, strict=True))),
        "项目类别": kind,
        "建设单位": builder.copy(),
        **_own(world, town, "镇街代码", "镇街"),
        "受理日期": date_text(received),
        "出具日期": date_text(received + rng.integers(5, 25, n).astype("timedelta64[D]")),
        "意见结论": g.choose(rng, ("同意", "修改后同意", "不同意"), n, [0.55, 0.38, 0.07]),
        "避难面积要求（平方米）": g.hide(g.column(rng.choice([800, 1500, 3000, 6000], n)), ~wide),
        "设消防通道": np.where(rng.random(n) < 0.9, "是", "否").astype(object),
        "设起降点": np.where(rng.random(n) < 0.08, "是", "否").astype(object),
        "消火栓数": g.column(rng.integers(0, 14, n)),
        "应急要求": g.choose(rng, ("室外消火栓间距不大于120米", "地下空间设挡水板", "操场兼作避难场地", "预留应急车道"), n),
        "采纳情况": adopted,
    }, version=period)  # fmt: skip
    d = g.spoil(table, world, truth)
    truth.link(table, np.arange(n), "firm", world.firms["no"][firm])
    d.firm_names("建设单位", rates)
    g.common(
        d, world, rates, texts=["镇街", "项目名称"], required_dates=["受理日期"], dates=["出具日期"], empty=["应急要求"]
    )
    return table


def _catalogue(world: World, rates: DirtRates, truth: Truth, period: str, last: np.datetime64) -> Table:
    rng = world.fresh("resources catalogue")
    n = len(DATASETS)
    hooked = world.end - rng.integers(-60, 900, n).astype("timedelta64[D]")
    required = rng.random(n) < 0.8
    is_hooked = hooked < last
    fields = rng.integers(8, 60, n)
    mapped = (fields * rng.uniform(0.6, 1.0, n)).astype(int)
    used = np.where(is_hooked, rng.integers(3, 900, n), 0)
    table = Table("resources", "data_catalogue", ("统计季度", "目录编号"), {
        "统计季度": g.column([period] * n),
        "目录编号": g.column(f"ML{i:04d}" for i in range(1, n + 1)),
        "数据名称": g.column(DATASETS),
        "需求部门": g.choose(rng, ASKED_BY, n),
        "应共享": np.where(required, "是", "否").astype(object),
        "已挂接": np.where(is_hooked, "是", "否").astype(object),
        "应有字段数": g.column(fields),
        "已映射字段数": g.column(np.where(is_hooked, mapped, 0)),
        "交换次数": g.column(used),
        "失败次数": g.column((used * rng.uniform(0, 0.08, n)).astype(int)),
        "质量评分": to_text(np.round(rng.uniform(70, 99, n), 1), ".1f"),
        "挂接日期": g.hide(date_text(hooked), ~is_hooked),
    }, version=period)  # fmt: skip
    d = g.spoil(table, world, truth)
    g.common(d, world, rates, texts=["数据名称"], dates=["挂接日期"], empty=["质量评分"])
    return table


def _scenes(world: World, rates: DirtRates, truth: Truth) -> Table:
    rng = world.rng("resources scenes")
    pairs = [(s, x) for s, many in SCENES.items() for x in many]
    which, town = np.repeat(np.arange(len(pairs)), 16), np.tile(np.arange(16), len(pairs))
    n = len(which)
    table = Table("resources", "scenario_layers", ("绑定编号",), {
        "绑定编号": g.column(f"CJ{i:04d}" for i in range(1, n + 1)),
        "灾害场景": g.column(pairs[k][0] for k in which),
        "图层名称": g.column(f"{world.towns['name'][t]}{pairs[k][1]}图层" for k, t in zip(which, town, strict=True)),
        "绑定资源": g.column(pairs[k][1] for k in which),
        **_own(world, town, "镇街代码", "镇街"),
        "坐标系": g.choose(rng, ("CGCS2000", "WGS84", "GCJ-02"), n, [0.82, 0.12, 0.06]),
        "精度（米）": g.column(rng.choice([1, 2, 5, 10, 50], n)),
        "要素数": g.column(rng.integers(0, 160, n)),
        "更新日期": g.before(rng, n, world.end, 3, 900),
        "是否上图": np.where(rng.random(n) < 0.55 + 0.4 * world.quality["response"][town, -1], "是", "否").astype(object),
    }, version=world.period)  # fmt: skip
    d = g.spoil(table, world, truth)
    g.common(d, world, rates, texts=["镇街", "图层名称"], dates=["更新日期"], empty=["精度（米）"])
    return table

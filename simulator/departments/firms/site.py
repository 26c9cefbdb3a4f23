"""What is on the firm's ground: dangerous work, confined spaces, chemicals, exits, devices, cameras, equipment."""

from __future__ import annotations

import numpy as np

from simulator import codes
from simulator.departments._book import DAY, days, keep, numbered, pick
from simulator.departments._ledger import Ledger, minutes, month_code, months
from simulator.departments.firms.roll import Roll
from simulator.dirt import Spoiler
from simulator.world import World

WORKS = ("动火", "有限空间", "高处", "吊装", "临时用电", "动土", "断路", "盲板抽堵")
CHEMICALS = {
    "dyeing": (
        ("64-19-7", "乙酸", 180),
        ("7775-14-6", "连二亚硫酸钠（保险粉）", 120),
        ("7722-84-1", "过氧化氢（双氧水）", 400),
        ("7681-52-9", "次氯酸钠", 150),
        ("1310-73-2", "氢氧化钠", 600),
    ),
    "chemical": (
        ("67-56-1", "甲醇", 2500),
        ("108-88-3", "甲苯", 1800),
        ("64-17-5", "乙醇", 900),
        ("7664-93-9", "硫酸", 1500),
        ("7647-01-0", "盐酸", 1200),
    ),
}
REQUIRED = (
    ("工业企业（重点）", "烟感", 3),
    ("工业企业（重点）", "用电", 1),
    ("工业企业（重点）", "可燃气体", 1),
    ("人员密集场所", "烟感", 3),
    ("人员密集场所", "视频", 2),
    ("人员密集场所", "用电", 1),
    ("小型工业企业", "烟感", 1),
    ("出租厂房（厂中厂）", "烟感", 1),
    ("村居出租房", "烟感", 1),
    ("养老服务点", "烟感", 2),
)
GASES = ("dyeing", "chemical", "chemfibre", "crowded", "metal_smelt", "brewing", "other")
VENUES = ("商场", "影院", "游乐场", "宾馆", "市场")
EQUIPMENT = {
    "dyeing": ("锅炉", "定型机", "压力容器", "叉车"),
    "weaving": ("除尘系统", "叉车", "压力容器"),
    "chemical": ("压力容器", "锅炉", "起重机械"),
    "chemfibre": ("锅炉", "压力容器", "叉车"),
    "machinery": ("起重机械", "叉车", "压力容器"),
    "metal_smelt": ("起重机械", "压力容器"),
    "crowded": ("电梯", "锅炉"),
    "warehouse": ("叉车", "电梯"),
    "brewing": ("锅炉", "压力容器"),
}


def write(book: Ledger, who: Roll) -> None:
    """Write what is on the ground."""
    _permits(book, who)
    _spaces(book, who)
    _chemicals(book, who)
    _premises(book, who)
    _devices(book, who)
    _cameras(book, who)
    _equipment(book, who)


def _permits(book: Ledger, who: Roll) -> None:
    world, rng, f = book.world, book.rng("permits"), book.world.firms
    some = who.of(world, "dyeing", "chemical", "chemfibre", "metal_smelt", "machinery", "construction", "brewing")
    weight = np.where(f["key"][some], 4.0, 0.4) * np.sqrt(f["staff"][some])
    n = world.n(4000)
    firm = rng.choice(some, n, p=weight / weight.sum())
    start = np.sort(world.moments(rng, n, world.before, world.end))
    approved = start - minutes(rng, n, 10, 180)
    kept = rng.random(n) < 0.72 + 0.27 * who.tidy[firm]
    work = pick(rng, WORKS, n, (30, 14, 16, 8, 18, 4, 2, 3))
    gas = np.isin(work, ["有限空间", "动火"])
    book.add(
        "work_permits",
        {
            "permitNo": numbered("ZYP", n),
            "enterpriseNo": who.no[firm],
            "work": work,
            "level": pick(rng, ("一级", "二级", "三级", "特级"), n, (2, 5, 2, 1)),
            "appliedAt": keep(approved - minutes(rng, n, 20, 300), kept),
            "approvedAt": keep(approved, kept),
            "startedAt": start,
            "endedAt": start + minutes(rng, n, 30, 420),
            "hasAttendant": rng.random(n) < 0.75 + 0.24 * who.tidy[firm],
            "hasGasTest": np.where(gas, rng.random(n) < 0.7 + 0.29 * who.tidy[firm], False),
            "place": pick(rng, ("染色车间", "污水站", "锅炉房", "屋面", "原料仓库", "定型车间", "厂区管廊"), n),
            "updatedAt": start + minutes(rng, n, 430, 600),
        },
        known=start + np.timedelta64(600, "m"),
        dates="startedAt! endedAt approvedAt",
        text="place",
        empty="place level",
        links={"firm": f["no"][firm]},
    )


def _spaces(book: Ledger, who: Roll) -> None:
    world, rng, f = book.world, book.rng("spaces"), book.world.firms
    some = who.of(world, "dyeing", "chemical", "brewing", "chemfibre")
    firm = np.repeat(some, rng.integers(1, 8, len(some)))
    n = len(firm)
    brewing = f["industry"][firm] == "brewing"
    kind = np.where(
        brewing, pick(rng, ("发酵罐", "污水池"), n), pick(rng, ("污水池", "染缸", "储罐", "管道井"), n)
    ).astype(object)
    book.add(
        "confined_spaces",
        {
            "spaceNo": numbered("YXKJ", n, 5),
            "enterpriseNo": who.no[firm],
            "kind": kind,
            "place": pick(rng, ("厂区北侧", "污水站", "一号车间", "二号车间", "罐区"), n),
            "hasSign": rng.random(n) < 0.60 + 0.39 * who.tidy[firm],
            "hasLock": rng.random(n) < 0.50 + 0.48 * who.tidy[firm],
            "hazardFactor": pick(rng, ("硫化氢中毒", "缺氧窒息", "爆燃", "淹溺"), n, (5, 4, 2, 1)),
            "checkedOn": world.end - days(rng, n, 3, 200),
        },
        dates="checkedOn",
        text="place kind",
        empty="place",
        links={"firm": f["no"][firm]},
    )


def _chemicals(book: Ledger, who: Roll) -> None:
    world, rng, f = book.world, book.rng("chemicals"), book.world.firms
    rows = [
        (x, *thing, month_code(m))
        for m in months(world.before, world.end)
        for x in who.of(world, "dyeing", "chemical")
        for thing in CHEMICALS[f["industry"][x]]
    ]
    firm = np.array([r[0] for r in rows])
    n = len(firm)
    use = np.round(np.array([r[3] for r in rows]) * np.sqrt(f["staff"][firm] / 200) * rng.uniform(0.7, 1.3, n), 1)
    over = rng.random(n) < 0.22 * (1 - who.tidy[firm])
    book.add(
        "hazchem_stocks",
        {
            "enterpriseNo": who.no[firm],
            "cas": np.array([r[1] for r in rows], dtype=object),
            "month": np.array([r[4] for r in rows], dtype=object),
            "chemical": np.array([r[2] for r in rows], dtype=object),
            "dayUse": use,
            "stock": np.round(use * np.where(over, rng.uniform(1.2, 4, n), rng.uniform(0.3, 0.98, n)), 1),
            "hasLabel": rng.random(n) < 0.80 + 0.19 * who.tidy[firm],
            "hasSds": rng.random(n) < 0.75 + 0.24 * who.tidy[firm],
            "isApart": rng.random(n) < 0.80 + 0.19 * who.tidy[firm],
            "place": pick(rng, ("危化品暂存间", "车间中间库", "助剂仓库", "露天棚"), n),
        },
        key=3,
        text="chemical place",
        empty="place hasSds",
        links={"firm": f["no"][firm]},
    )


def _premises(book: Ledger, who: Roll) -> None:
    world, rng, f = book.world, book.rng("premises"), book.world.firms
    base = who.live[f["key"][who.live] | (rng.random(len(who.live)) < 0.25)]
    firm = np.tile(base, len(who.quarters))
    last = np.repeat([q[2] for q in world.quarters[-2:]], len(base))
    n = len(firm)
    exits = np.clip((np.sqrt(f["staff"][firm]) * rng.uniform(0.4, 1.1, n)).astype(int), 1, 60)
    living = rng.random(n) < np.where(f["staff"][firm] > 60, 0.45, 0.10)
    book.add(
        "premises_checks",
        {
            "enterpriseNo": who.no[firm],
            "quarter": np.repeat(np.array(who.quarters, dtype=object), len(base)),
            "exits": exits,
            "blockedExits": rng.binomial(exits, 0.06 * (1.1 - who.tidy[firm])),
            "hasDormitory": living,
            "dormitoryApart": np.where(living, rng.random(n) < 0.80 + 0.19 * who.tidy[firm], True),
            "residents": np.where(living, (f["staff"][firm] * rng.uniform(0.1, 0.6, n)).astype(int), 0),
            "threeInOne": rng.random(n) < 0.03 * (1.1 - who.tidy[firm]),
            "checkedOn": last - days(rng, n, 2, 88),
        },
        key=2,
        dates="checkedOn",
        empty="checkedOn",
        links={"firm": f["no"][firm]},
    )


def _devices(book: Ledger, who: Roll) -> None:
    world, rng, f = book.world, book.rng("devices"), book.world.firms
    m = len(REQUIRED)
    book.add(
        "device_requirements",
        {
            "placeType": np.array([r[0] for r in REQUIRED], dtype=object),
            "deviceKind": np.array([r[1] for r in REQUIRED], dtype=object),
            "perUnit": np.array([r[2] for r in REQUIRED]),
            "basis": np.full(m, "柯桥区智慧监管设施配备指引（试行）", dtype=object),
            "validFrom": np.full(m, world.start - 600 * DAY),
        },
        key=2,
        repeat=False,
    )
    key = who.key(world)
    rows = [
        (x, kind, need, month_code(month))
        for month in months(world.before, world.end)
        for x in key
        for kind, need in (("烟感", 3), ("用电", 1), ("可燃气体", 1))
        if kind != "可燃气体" or f["industry"][x] in GASES
    ]
    firm = np.array([r[0] for r in rows])
    n = len(firm)
    good = 0.75 * world.quality["device"][f["town"][firm], -1] + 0.25 * who.tidy[firm]
    need = np.array([r[2] for r in rows]) * np.clip(f["staff"][firm] // 60, 1, 12)
    own = np.clip(0.35 + 0.65 * good, 0, 1)
    # a firm's devices are the same each month, only how many are online changes
    drawn = world.fresh("firms devices installed").random(len(f["no"]))[firm]
    have = np.minimum(need, np.floor(need * np.clip(own + (drawn - 0.5) * 0.3, 0, 1) + 0.5).astype(int))
    book.add(
        "sensing_devices",
        {
            "enterpriseNo": who.no[firm],
            "deviceKind": np.array([r[1] for r in rows], dtype=object),
            "month": np.array([r[3] for r in rows], dtype=object),
            "required": need,
            "installed": have,
            "online": rng.binomial(have, np.clip(0.72 + 0.27 * good, 0, 1)),
            "disabled": np.where(rng.random(n) < 0.004, np.minimum(1, have), 0),
        },
        key=3,
        empty="disabled",
        links={"firm": f["no"][firm]},
    )


def _cameras(book: Ledger, who: Roll) -> None:
    world, rng, f = book.world, book.rng("cameras"), book.world.firms
    some = who.of(world, "crowded")
    some = some[f["key"][some]]
    firm = np.repeat(some, rng.integers(1, 4, len(some)))
    n = len(firm)
    online = rng.random(n) < 0.8 + 0.19 * world.quality["device"][f["town"][firm], -1]
    seen = world.end.astype("datetime64[s]") - minutes(rng, n, 1, 20)
    code = codes.gb28181(np.arange(n) + 50_000, "132", "33060300")
    place = pick(rng, ("主出入口", "中庭", "疏散楼梯", "地下车库", "放映厅走廊", "设备房"), n)
    lon, lat = f["lon"][firm] + rng.normal(0, 0.0003, n), f["lat"][firm] + rng.normal(0, 0.0003, n)
    code, lon, lat, thing = _known_to_police(world, firm, code, lon, lat)

    def first(s: Spoiler) -> None:
        s.ruined_codes("cameraCode", book.rates)

    book.add(
        "venue_cameras",
        {
            "cameraCode": code,
            "enterpriseNo": who.no[firm],
            "ownerUscc": f["uscc"][firm],
            "venueType": f["word"][firm],
            "place": place,
            "lng": lon,
            "lat": lat,
            "online": online,
            "lastSeenAt": np.where(online, seen, seen - days(rng, n, 1, 40).astype("timedelta64[s]")),
        },
        first=first,
        credit="ownerUscc!",
        dates="lastSeenAt",
        text="place",
        empty="place",
        points=("lng", "lat"),
        links={"firm": f["no"][firm], "device": thing},
    )


def _known_to_police(
    world: World, firm: np.ndarray, code: np.ndarray, lon: np.ndarray, lat: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Let most cameras of a firm be those the police see, some under the firm's own code; return also which thing each is."""
    rng, seen = world.fresh("firms cameras known to the police"), world.venue_cameras
    code, lon, lat = code.copy(), lon.copy(), lat.copy()
    thing, used = code.copy(), dict.fromkeys(np.unique(firm).tolist(), 0)
    for row, x in enumerate(firm.tolist()):
        mine = np.flatnonzero(seen["firm"] == x)
        is_known, has_own_code = rng.random(2) < (0.8, 0.15)
        off = rng.normal(0, 3.0, 2)
        if not is_known or used[x] >= len(mine):
            continue
        at = mine[used[x]]
        used[x] += 1
        thing[row] = seen["code"][at]
        lon[row], lat[row] = seen["lon"][at] + off[0] / 96400, seen["lat"][at] + off[1] / 110900
        if not has_own_code:
            code[row] = seen["code"][at]
    return code, lon, lat, thing


def _equipment(book: Ledger, who: Roll) -> None:
    world, rng, f = book.world, book.rng("equipment"), book.world.firms
    rows = [
        (x, kind)
        for x in who.live
        for kind in EQUIPMENT.get(f["industry"][x], ())
        if f["key"][x] or rng.random() < 0.22
    ]
    firm = np.array([r[0] for r in rows])
    n = len(firm)
    checked = world.end - days(rng, n, 10, 350)
    checked = np.where(rng.random(n) < 0.12 * (1.1 - who.tidy[firm]), checked - 400 * DAY, checked)
    bad = rng.random(n) < 0.10 * (1.1 - who.tidy[firm])
    book.add(
        "equipment_checks",
        {
            "equipmentNo": numbered("SB", n),
            "enterpriseNo": who.no[firm],
            "kind": np.array([r[1] for r in rows], dtype=object),
            "registrationNo": np.array([f"浙DA{x:06d}" for x in rng.integers(10**5, 10**6, n)], dtype=object),
            "checkedOn": checked,
            "nextOn": checked + 365 * DAY,
            "result": np.where(bad, pick(rng, ("不合格", "整改后合格"), n), "合格").astype(object),
            "findings": np.where(bad, rng.integers(1, 5, n), 0),
        },
        dates="checkedOn nextOn",
        text="kind",
        empty="registrationNo",
        links={"firm": f["no"][firm]},
    )

"""What the power and water companies put on their SFTP server: a zip of registers, a zip of readings each day.

CSV in GBK. Only a sample of meters reports by the hour. A customer is known by the name on the bill, which is
often an older name of the firm. An hour that was not read has no row and comes with the next day's zip.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np

from simulator import files
from simulator.departments._book import DAY, days, keep, numbered, pick
from simulator.departments._ledger import Ledger, minutes
from simulator.dirt import DirtRates, Spoiler, Truth
from simulator.tables import Table
from simulator.world import World

SERVICES = {"*": "sftp"}
STEMS = {
    "electricity_meters": "电表档案",
    "electricity_hours": "小时用电",
    "water_meters": "水表档案",
    "water_days": "日用水",
    "outages": "停供事件",
}
DAILY = ("electricity_hours", "water_days")
HOURLY_METERS, WATER_METERS = 24, 140
# kWh an hour and head at work, and the share that runs at night
POWER = {"dyeing": (5.0, 0.9), "chemfibre": (6.0, 0.95), "chemical": (4.0, 0.9), "weaving": (2.2, 0.6), "metal_smelt": (7.0, 0.7)}  # fmt: skip


def build(world: World, rates: DirtRates, truth: Truth) -> list[Table]:
    """Return registers and outages once, readings day by day."""
    book = Ledger("utilities", world, rates, truth)
    power, water = _meters(book, "electricity_meters"), _meters(book, "water_meters")
    _hours(book, power)
    _days(book, water)
    _outages(book)
    return book.tables


def publish(out: Path, tables: list[Table], world: World) -> None:
    """Write the zips: ``日报_<day>.zip`` with the day's sheets, ``档案_<day>.zip`` with registers and outages."""
    boxes: dict[str, list[Table]] = {}
    for table in tables:
        boxes.setdefault(f"{'日报' if table.name in DAILY else '档案'}_{table.version}.zip", []).append(table)
    for name, inside in boxes.items():
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as box:
            for table in inside:
                entry = zipfile.ZipInfo(f"{STEMS[table.name]}_{table.version}.csv", (2026, 1, 1, 0, 0, 0))
                entry.compress_type = zipfile.ZIP_DEFLATED
                box.writestr(entry, files.csv_bytes(table.arrow(), "gbk"))
        (out / name).write_bytes(buffer.getvalue())


def _newest(world: World) -> str:
    return str(world.end - DAY)


def _meters(book: Ledger, name: str) -> dict[str, np.ndarray]:
    """Write a register of meters; return meter, firm and a size for each."""
    world, f = book.world, book.world.firms
    power = name == "electricity_meters"
    rng = book.rng(name)
    alive = np.flatnonzero(f["status"] != "注销")
    firm = alive[f["key"][alive] | (rng.random(len(alive)) < (0.25 if power else 0.12))]
    n = len(firm)
    # the bill keeps the name a firm had when it was connected
    old = rng.random(n) < 0.12
    name_on_bill = np.where(
        old, [str(x).replace("绍兴柯桥", "绍兴县") for x in f["name"][firm]], f["name"][firm]
    ).astype(object)
    number = numbered("D33" if power else "S33", n, 8)
    columns: dict[str, np.ndarray] = {
        "电表编号" if power else "水表编号": number,
        "用户编号": numbered("330603", n, 7),
        "户名": name_on_bill,
        "统一社会信用代码": keep(f["uscc"][firm], rng.random(n) < 0.9),
    }
    address = np.array(
        [
            f"绍兴市柯桥区{world.towns['name'][t]}{h}号"
            for t, h in zip(f["town"][firm], rng.integers(1, 900, n), strict=True)
        ],
        dtype=object,
    )
    town = world.towns["name"][f["town"][firm]]
    if power:
        capacity = np.round(np.maximum(30, f["staff"][firm] * rng.uniform(2, 9, n)), 1)
        columns |= {
            "镇街": town,
            "用电地址": address,
            "合同容量kVA": capacity,
            "电压等级": np.where(capacity > 5000, "35kV", np.where(capacity > 160, "10kV", "380V")).astype(object),
        }
    else:
        columns |= {
            "用水性质": np.where(np.isin(f["industry"][firm], ["crowded", "catering"]), "商业", "工业").astype(object),
            "镇街": town,
            "用水地址": address,
        }
    status = np.where(f["status"][firm] == "停产", "暂停", "运行").astype(object)
    columns |= {"安装日期": world.end - days(rng, n, 200, 6000), "状态": status}

    def first(s: Spoiler) -> None:
        for row in np.flatnonzero(old & (name_on_bill != f["name"][firm])):
            s.note(int(row), "户名", "#13 customer under a former name", f["name"][firm[row]], name_on_bill[row])
            s.hold("户名", [row])

    book.add(
        name,
        columns,
        first=first,
        credit="统一社会信用代码",
        dates="安装日期",
        text="户名",
        empty="统一社会信用代码",
        towns=(None, "镇街"),
        version=_newest(world),
        links={"firm": f["no"][firm]},
        plain="gbk",
    )
    return {"no": number, "firm": firm, "running": status == "运行"}


def _sample(book: Ledger, meters: dict[str, np.ndarray], count: int, prefer: tuple[str, ...]) -> np.ndarray:
    rng, f = book.rng("sample"), book.world.firms
    usable = np.flatnonzero(meters["running"])
    weight = np.where(np.isin(f["industry"][meters["firm"][usable]], prefer), 6.0, 1.0)
    return np.sort(
        rng.choice(usable, min(len(usable), max(4, book.world.n(count))), replace=False, p=weight / weight.sum())
    )


def _hours(book: Ledger, meters: dict[str, np.ndarray]) -> None:
    """Write the hours of a sample: shifts, nights, Sundays, and two firms that stopped and one that works at night."""
    world, rng, f = book.world, book.rng("hours"), book.world.firms
    meter = _sample(book, meters, HOURLY_METERS, tuple(POWER))
    firm = meters["firm"][meter]
    rate = np.array([POWER.get(i, (0.8, 0.25)) for i in f["industry"][firm]])
    base = f["staff"][firm] * rate[:, 0] * rng.uniform(0.7, 1.3, len(firm))
    calendar = np.arange(world.start, world.end)
    clock = np.arange(24)
    work = np.where((clock >= 8) & (clock < 18), 1.0, np.where((clock >= 18) & (clock < 22), 0.7, 0.0))
    stopped = rng.choice(len(firm), min(2, len(firm)), replace=False)
    late = np.zeros((0, 3), object)
    held: list[tuple[np.ndarray, ...]] = []
    for d, day in enumerate(calendar):
        sunday = (int(day.astype(int)) + 4) % 7 == 0
        load = base[:, None] * np.maximum(work[None, :], rate[:, 1][:, None]) * (0.55 if sunday else 1.0)
        load = load * rng.lognormal(0, 0.12, load.shape)
        load[stopped] *= 0.04 if d > len(calendar) // 2 else 1.0
        m, h = np.meshgrid(np.arange(len(firm)), clock, indexing="ij")
        m, h = m.ravel(), h.ravel()
        missed = rng.random(len(m)) < 0.004
        rows = np.column_stack(
            [meters["no"][meter][m], day.astype("datetime64[s]") + (h * 3600).astype("timedelta64[s]"), load.ravel()]
        ).astype(object)
        now, again = rows[~missed], late
        late = rows[missed]
        for part, word in ((now, "实采"), (again, "补采")):
            held.append((np.full(len(part), d), part, np.full(len(part), word, dtype=object)))
    place = np.concatenate([x[0] for x in held])
    rows, word = np.concatenate([x[1] for x in held]), np.concatenate([x[2] for x in held])
    owner = dict(zip(meters["no"][meter], f["no"][firm], strict=True))
    for d, day in enumerate(calendar):
        mine = np.flatnonzero(place == d)
        book.add(
            "electricity_hours",
            {
                "电表编号": rows[mine, 0],
                "时段开始": rows[mine, 1].astype("datetime64[s]"),
                "用电量kWh": np.array([f"{x:.3f}" for x in rows[mine, 2]], dtype=object),
                "采集标志": word[mine],
            },
            key=2,
            first=lambda s: s.cells(
                "用电量kWh", book.rates.sentinel / 4, "#8 sentinel", lambda v, r: "-9999.000", "rejected"
            ),
            version=str(day),
            links={"firm": np.array([owner[x] for x in rows[mine, 0]], dtype=object)} if d == 0 else None,
            plain="gbk",
        )


def _days(book: Ledger, meters: dict[str, np.ndarray]) -> None:
    world, rng, f = book.world, book.rng("days"), book.world.firms
    meter = _sample(book, meters, WATER_METERS, ("dyeing", "chemical", "crowded", "catering"))
    firm = meters["firm"][meter]
    thirst = np.array(
        [{"dyeing": 12.0, "chemical": 4.0, "catering": 1.2, "crowded": 0.9}.get(i, 0.25) for i in f["industry"][firm]]
    )
    base = f["staff"][firm] * thirst * rng.uniform(0.7, 1.3, len(firm))
    for day in np.arange(world.start, world.end):
        volume = base * rng.lognormal(0, 0.15, len(firm)) * (0.6 if (int(day.astype(int)) + 4) % 7 == 0 else 1.0)
        there = rng.random(len(firm)) > 0.003
        book.add(
            "water_days",
            {
                "水表编号": meters["no"][meter][there],
                "日期": np.full(int(there.sum()), day),
                "用水量m3": np.array([f"{x:.2f}" for x in volume[there]], dtype=object),
                "采集标志": pick(rng, ("实采", "估算"), int(there.sum()), (0.98, 0.02)),
            },
            key=2,
            dates="日期!",
            version=str(day),
            plain="gbk",
        )


def _outages(book: Ledger) -> None:
    world, rng = book.world, book.rng("outages")
    n = max(20, world.n(260))
    town = rng.choice(16, n, p=world.towns["population"] / world.towns["population"].sum())
    kind = pick(rng, ("停电", "停水"), n, (3, 1))
    planned = rng.random(n) < 0.35
    start = np.sort(world.moments(rng, n, world.before, world.end - DAY, working=False))
    called = start + minutes(rng, n, 2, 25)
    slow = np.where(np.isin(world.towns["terrain"][town], ["hill", "mountain"]), 2, 1)
    arrived = called + minutes(rng, n, 12, 60) * slow
    cause = np.where(
        planned,
        "计划检修",
        np.where(kind == "停水", "管道爆裂", pick(rng, ("设备故障", "外力破坏", "台风暴雨"), n, (5, 2, 3))),
    ).astype(object)
    book.add(
        "outages",
        {
            "事件编号": numbered("TG", n, 6),
            "类别": kind,
            "是否计划": planned,
            "镇街": world.towns["name"][town],
            "影响范围": np.array([f"{world.towns['name'][t]}{x}号线路" if k == "停电" else f"{world.towns['name'][t]}{x}号管段" for t, k, x in zip(town, kind, rng.integers(1, 60, n), strict=True)], dtype=object),
            "报修时间": keep(called, ~planned),
            "抢修到场时间": keep(arrived, ~planned),
            "开始时间": start,
            "恢复时间": np.where(planned, start + minutes(rng, n, 60, 480), arrived + minutes(rng, n, 15, 240)),
            "影响户数": np.exp(rng.normal(5.5, 1.0, n)).astype(int),
            "原因": cause,
        },
        dates="开始时间! 恢复时间",
        text="影响范围",
        empty="影响范围 原因",
        towns=(None, "镇街"),
        version=_newest(world),
        plain="gbk",
    )  # fmt: skip

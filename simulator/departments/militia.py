"""What the people's armed forces department hands over: squads, members, call trees, tasks, training. Workbooks.

Beijing time, WGS-84, town codes with the old ones among them. Part-timers of the stations are militia members too.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from simulator import files
from simulator.departments import _grassroots as g
from simulator.dirt import DirtRates, Truth
from simulator.tables import Table, date_text, time_text, to_text
from simulator.world import World

SERVICES = {"*": "folder"}
NUMBERS = (
    "编制人数",
    "在册人数",
    "经度",
    "纬度",
    "层级序号",
    "呼叫次序",
    "出动人数",
    "学时",
    "应到人数",
    "实到人数",
    "合格人数",
)
WORDS = {"footnote": "注：人武部汇总，涉密内容不在此表。", "author": "柯桥区人武部", "numbers": NUMBERS}
FORMS = {
    "squads": g.form("民兵分队", "分队", 5, 18, ("分队", "编成"), summed=("编制人数", "在册人数"), total=True, **WORDS),
    "members": g.form("民兵花名册", "花名册", 4, 15, ("编组", "人员"), total=True, **WORDS),
    "call_trees": g.form("民兵呼叫树", "呼叫树", 3, 11, ("分队", "联络"), **WORDS),
    "tasks": g.form("民兵任务", "任务", 4, 14, ("任务", "出动"), summed=("出动人数",), total=True, **WORDS),
    "trainings": g.form("民兵训练", "训练", 3, 10, ("分队", "训练"), **WORDS),
}
TASKS = ("先期处置", "自救互救", "疏散转移", "医疗急救")
ORIGINS = ("民兵", "物业保安", "志愿者", "医务", "治安", "消防", "城管", "安监", "民间救援队")
SKILLS = ("抢险救灾", "水上救援", "医疗救护", "通信保障", "工程机械", "无")
SUBJECTS = ("抢险救灾", "水上救援", "疏散转移", "医疗救护", "消防灭火", "体能考核")
EVENTS = ("强降雨内涝", "厂房火灾", "山体滑坡", "危房群众转移", "河道漂浮物清理", "台风防御值守", "道路交通事故")
NONE = np.datetime64("NaT")


@dataclass
class Squads:
    """All squads; ``founded`` decides whether a quarter knows them."""

    no: np.ndarray
    name: np.ndarray
    kind: np.ndarray
    level: np.ndarray
    town: np.ndarray
    village: np.ndarray
    size: np.ndarray
    founded: np.ndarray


def build(world: World, rates: DirtRates, truth: Truth) -> list[Table]:
    """Return the squads and members of the last two quarters, call trees, tasks and training."""
    squads = _squads(world)
    member = _members(world, squads)
    tables: list[Table] = []
    for period, _first, last in world.quarters[-2:]:
        tables.append(_squad_table(world, rates, truth, squads, member, period, last))
        tables.append(_member_table(world, rates, truth, squads, member, period, last))
    tables.append(_call_tree(world, rates, truth, squads, member))
    for q, (period, first, last) in enumerate(world.quarters):
        tables.append(_tasks(world, rates, truth, squads, period, first, last))
        tables.append(_trainings(world, rates, truth, squads, member, q, (period, first, last)))
    return tables


def publish(out: Path, tables: list[Table], world: World) -> None:
    """Write one workbook per table and quarter."""
    files.write(out, tables, FORMS)


def _squads(world: World) -> Squads:
    rng, towns, villages = world.rng("militia squads"), world.towns, world.villages
    short = [n.removesuffix("街道").removesuffix("镇") for n in towns["name"]]
    has = rng.random(len(villages["name"])) < 0.45 + 0.5 * world.quality["response"][villages["town"], -1]
    code, seat = g.short_codes(world), int(np.flatnonzero(towns["name"] == "柯桥街道")[0])
    rows = [("区民兵应急连", "应急连", "区级", seat, None, 60)]
    rows += [
        (f"民兵{w}分队", "专业救援分队", "区级", seat, None, 25)
        for w in ("水上救援", "工程抢险", "医疗救护", "通信保障")
    ]
    rows += [(f"{short[t]}民兵应急排", "应急排", "镇级", t, None, 30) for t in range(16)]
    rows += [
        (f"{villages['name'][v]}民兵应急班", "村社应急班", "村级", int(villages["town"][v]), villages["name"][v], 6)
        for v in np.flatnonzero(has)
    ]
    count = np.zeros(16, int)
    numbers = []
    for row in rows:
        count[row[3]] += 1
        numbers.append(f"RW{code[row[3]]}-{count[row[3]]:02d}")
    founded = world.end - rng.integers(400, 3600, len(rows)).astype("timedelta64[D]")
    new = np.array([r[2] == "村级" for r in rows]) & (rng.random(len(rows)) < 0.06)
    founded[new] = world.end - rng.integers(5, 85, int(new.sum())).astype("timedelta64[D]")
    name, kind, level, town, village, size = zip(*rows, strict=True)
    spread = np.maximum(3, np.array(size) + rng.integers(-2, 3, len(rows)))
    return Squads(
        g.column(numbers),
        g.column(name),
        g.column(kind),
        g.column(level),
        np.array(town),
        g.column(village),
        spread,
        founded,
    )


def _members(world: World, squads: Squads) -> dict[str, np.ndarray]:
    """Return all members; the first of each squad leads it. Some part-timers of the stations serve here too."""
    rng = world.rng("militia members")
    squad = np.repeat(np.arange(len(squads.no)), squads.size)
    n = len(squad)
    people = world.people("militia", n, 33, 7)
    first = np.concatenate([[0], np.cumsum(squads.size)[:-1]])
    post = np.full(n, "队员", dtype=object)
    post[first], post[first + 1] = "队长", "副队长"
    joined = world.end - rng.integers(20, 2600, n).astype("timedelta64[D]")
    joined = np.maximum(joined, squads.founded[squad])
    left = np.where(rng.random(n) < 0.04, world.end - rng.integers(1, 170, n).astype("timedelta64[D]"), NONE)
    left = np.where((left > joined) & (post != "队长"), left, NONE)
    shared = _borrowed(world, squads, people, squad, post)
    return {
        **people,
        "squad": squad,
        "post": post,
        "shared": shared,
        "no": g.column(f"MB{i:06d}" for i in range(1, n + 1)),
        "class": np.where(squads.level[squad] == "村级", "普通民兵", "基干民兵").astype(object),
        "origin": g.choose(rng, ORIGINS, n, [0.62, 0.10, 0.09, 0.05, 0.05, 0.04, 0.02, 0.02, 0.01]),
        "skill": g.choose(rng, SKILLS, n, [0.30, 0.12, 0.12, 0.08, 0.08, 0.30]),
        "standby": np.where(rng.random(n) < 0.35, "是", "否").astype(object),
        "joined": joined,
        "left": left,
        "verified": world.end - rng.integers(5, 420, n).astype("timedelta64[D]"),
    }


def _borrowed(world: World, squads: Squads, people: dict, squad: np.ndarray, post: np.ndarray) -> np.ndarray:
    """Put people of other rosters into ``people`` and return which rows they are: part-timers of stations, team members."""
    station, teams, known = g.staff(world), world.teams, world.team_members
    shared = np.zeros(len(squad), bool)
    for town in range(16):
        part = np.flatnonzero((station.town == town) & (station.employment == "兼职") & np.isnat(station.left))
        team = np.flatnonzero(
            (teams["town"][known["team"]] == town)
            & (known["origin"] == "民兵")
            & (teams["kind"][known["team"]] != "station")
        )
        others = [(station.name[i], station.id[i], station.phone[i]) for i in part[:3]]
        others += [(known["name"][i], known["id"][i], known["phone"][i]) for i in team]
        place = np.flatnonzero((squads.town[squad] == town) & (squads.level[squad] != "区级") & (post == "队员"))
        for row, person in zip(place, others, strict=False):
            people["name"][row], people["id"][row], people["phone"][row] = person
            shared[row] = True
    return shared


def _squad_table(
    world: World, rates: DirtRates, truth: Truth, s: Squads, member: dict, period: str, last: np.datetime64
) -> Table:
    rng, towns = world.rng(f"militia squad points {period}"), world.towns
    rows = np.flatnonzero(s.founded < last)
    town = s.town[rows]
    here = (member["joined"] < last) & (np.isnat(member["left"]) | (member["left"] >= last))
    listed = np.bincount(member["squad"][here], minlength=len(s.no))[rows]
    first = np.concatenate([[0], np.cumsum(s.size)[:-1]])[rows]
    lon, lat = world.scatter(world.rng("militia squad points"), s.town)
    many = rng.integers(2, 5, len(rows))
    table = Table("militia", "squads", ("统计季度", "分队编号"), {
        "统计季度": g.column([period] * len(rows)),
        "分队编号": s.no[rows],
        "分队名称": s.name[rows].copy(),
        "分队类型": s.kind[rows],
        "层级": s.level[rows],
        "镇街代码": towns["nbs9"][town].copy(),
        "镇街": towns["name"][town].copy(),
        "村社": s.village[rows].copy(),
        "队长姓名": member["name"][first].astype(object),
        "队长手机": member["phone"][first].astype(object),
        "编制人数": g.column(s.size[rows]),
        "在册人数": g.column(listed),
        "承担任务": g.column("、".join(TASKS[:k]) for k in many),
        "集结地点": g.column(f"{towns['name'][t]}{v or '人武部'}" for t, v in zip(town, s.village[rows], strict=True)),
        "经度": to_text(lon[rows], ".6f"),
        "纬度": to_text(lat[rows], ".6f"),
        "组建日期": date_text(s.founded[rows]),
        "撤销日期": np.full(len(rows), None, dtype=object),
    }, version=period)  # fmt: skip
    d = g.spoil(table, world, truth)
    truth.link(table, np.arange(len(rows)), "militia_squad", s.no[rows])
    truth.link(table, np.arange(len(rows)), "team", s.no[rows])
    truth.link(table, np.arange(len(rows)), "person", member["id"][first])
    d.points("经度", "纬度", rates, mixed=True)
    g.common(d, world, rates, code="镇街代码", village="村社", names=["队长姓名"], phones=["队长手机"], dates=["组建日期"],
             texts=["镇街", "分队名称"], empty=["集结地点"])  # fmt: skip
    return table


def _member_table(
    world: World, rates: DirtRates, truth: Truth, s: Squads, member: dict, period: str, last: np.datetime64
) -> Table:
    towns = world.towns
    rows = np.flatnonzero(member["joined"] < last)
    gone = ~np.isnat(member["left"][rows]) & (member["left"][rows] < last)
    table = Table("militia", "members", ("统计季度", "队员编号"), {
        "统计季度": g.column([period] * len(rows)),
        "队员编号": member["no"][rows],
        "分队编号": s.no[member["squad"][rows]],
        "镇街": towns["name"][s.town[member["squad"][rows]]].copy(),
        "姓名": member["name"][rows].astype(object),
        "身份证号": member["id"][rows].astype(object),
        "手机": member["phone"][rows].astype(object),
        "职务": member["post"][rows],
        "民兵类别": member["class"][rows],
        "力量来源": member["origin"][rows],
        "专业技能": member["skill"][rows].copy(),
        "工作单位": world.firms["name"][_employers(world, rows)].copy(),
        "列入备勤": member["standby"][rows],
        "入队日期": date_text(member["joined"][rows]),
        "退队日期": g.hide(date_text(member["left"][rows]), ~gone),
    }, version=period)  # fmt: skip
    d = g.spoil(table, world, truth)
    truth.link(table, np.arange(len(rows)), "person", table.columns["身份证号"].copy())
    truth.link(table, np.arange(len(rows)), "firm", world.firms["no"][_employers(world, rows)])
    for row in np.flatnonzero(member["shared"][rows]):
        d.note(int(row), "身份证号", "#14 one person on several rosters", None, None)
    d.ids("身份证号", rates)
    g.common(d, world, rates, names=["姓名"], phones=["手机"], required_dates=["入队日期"], texts=["镇街"],
             empty=["专业技能", "工作单位"])  # fmt: skip
    d.repeat_rows(rates.duplicate_row)
    return table


def _employers(world: World, rows: np.ndarray) -> np.ndarray:
    """Return the firm (position) each member works at, the same in every quarter."""
    pick = world.rng("militia employers").integers(0, len(world.firms["no"]), int(rows.max()) + 1)
    world.streams.pop("militia employers")
    return pick[rows]


def _call_tree(world: World, rates: DirtRates, truth: Truth, s: Squads, member: dict) -> Table:
    """Return who calls whom: the leader calls the deputy and the first half, the deputy the rest."""
    rng, towns = world.rng("militia call tree"), world.towns
    here = np.flatnonzero(np.isnat(member["left"]))
    caller, called, level, order = [], [], [], []
    for squad in range(len(s.no)):
        rows = here[member["squad"][here] == squad]
        for i, row in enumerate(rows[1:]):
            far = i > len(rows) // 2
            caller.append(rows[1] if far else rows[0])
            called.append(row)
            level.append(2 if far else 1)
            order.append(i + 1)
    caller, called = np.array(caller), np.array(called)
    n, town = len(called), s.town[member["squad"][called]]
    second = world.people("militia second phones", n, 35, 8)["phone"]
    stale = rng.random(n) < 0.25 - 0.2 * world.quality["response"][town, -1]
    verified = np.where(stale, member["verified"][called] - np.timedelta64(500, "D"), member["verified"][called])
    table = Table("militia", "call_trees", ("联络编号",), {
        "联络编号": g.column(f"HJ{i:06d}" for i in range(1, n + 1)),
        "分队编号": s.no[member["squad"][called]],
        "镇街": towns["name"][town].copy(),
        "层级序号": g.column(level),
        "呼叫次序": g.column(order),
        "呼叫人编号": member["no"][caller],
        "被叫人编号": member["no"][called],
        "被叫人姓名": member["name"][called].astype(object),
        "被叫电话": member["phone"][called].astype(object),
        "备用电话": g.hide(second.astype(object), rng.random(n) < 0.6),
        "电话核验日期": g.hide(date_text(verified), rng.random(n) < 0.05),
    }, version=world.period)  # fmt: skip
    d = g.spoil(table, world, truth)
    truth.link(table, np.arange(n), "person", member["id"][called])
    g.common(
        d, world, rates, names=["被叫人姓名"], phones=["被叫电话", "备用电话"], dates=["电话核验日期"], texts=["镇街"]
    )
    return table


def _tasks(
    world: World, rates: DirtRates, truth: Truth, s: Squads, period: str, first: np.datetime64, last: np.datetime64
) -> Table:
    rng, towns = world.rng(f"militia tasks {period}"), world.towns
    n = world.n(60)
    squad = rng.integers(0, len(s.no), n)
    squad = np.where(rng.random(n) < 0.5, rng.integers(0, 21, n), squad)
    called = np.sort(world.moments(rng, n, first, last, working=False))
    good = world.quality["response"][s.town[squad], -1]
    gather = rng.integers(8, 40, n) + (30 * (1 - good)).astype(int)
    arrive = gather + rng.integers(5, 50, n)
    minute = np.timedelta64(60, "s")
    kind = g.choose(rng, (*TASKS, "防汛巡堤", "备勤值守"), n, [0.30, 0.08, 0.25, 0.07, 0.20, 0.10])
    people = np.maximum(2, (s.size[squad] * rng.uniform(0.4, 1.0, n)).astype(int))
    moved = np.where(kind == "疏散转移", rng.integers(3, 400, n), 0)
    table = Table("militia", "tasks", ("任务编号",), {
        "任务编号": g.column(f"RWRW{period[:4]}-{int(period[5]) * 1000 + i:04d}" for i in range(n)),
        "分队编号": s.no[squad],
        "任务镇街": towns["name"][s.town[squad]].copy(),
        "任务类别": kind,
        "下达单位": g.choose(rng, ("区应急指挥中心", "区防指办", "镇街应急管理站", "区人武部"), n, [0.3, 0.3, 0.25, 0.15]),
        "事由": g.choose(rng, EVENTS, n),
        "联合行动": np.where(rng.random(n) < 0.4, "是", "否").astype(object),
        "下达时间": time_text(called),
        "集结完毕时间": time_text(called + gather * minute),
        "到场时间": time_text(called + arrive * minute),
        "结束时间": time_text(called + (arrive + rng.integers(40, 900, n)) * minute),
        "出动人数": g.column(people),
        "转移群众人数": g.column(moved),
    }, version=period)  # fmt: skip
    table.columns["备注"] = np.full(n, None, dtype=object)
    table.columns["备注"][kind == "备勤值守"] = "未出动"
    d = g.spoil(table, world, truth)
    g.common(d, world, rates, texts=["任务镇街", "下达单位"], required_dates=["下达时间"], dates=["到场时间"], counts=["转移群众人数"],
             empty=["事由"])  # fmt: skip
    return table


def _trainings(world: World, rates: DirtRates, truth: Truth, s: Squads, member: dict, q: int, quarter: tuple) -> Table:
    period, first, last = quarter
    rng, towns = world.rng(f"militia training {period}"), world.towns
    good = np.clip(world.quality["response"][s.town, q], 0, 1)
    squad = np.flatnonzero((rng.random(len(s.no)) < 0.15 + 0.5 * good) & (s.founded < first))
    n = len(squad)
    due = s.size[squad]
    came = np.minimum(due, np.round(due * np.clip(rng.normal(0.72 + 0.25 * good[squad], 0.08), 0.2, 1)).astype(int))
    passed = np.minimum(came, np.round(came * rng.uniform(0.7, 1.0, n)).astype(int))
    table = Table("militia", "trainings", ("训练编号",), {
        "训练编号": g.column(f"XL{period[:4]}-{int(period[5]) * 1000 + i:04d}" for i in range(n)),
        "分队编号": s.no[squad],
        "镇街": towns["name"][s.town[squad]].copy(),
        "训练日期": date_text(g.days(rng, n, first, last)),
        "科目": g.choose(rng, SUBJECTS, n),
        "学时": g.column(rng.choice([2, 3, 4, 6, 8], n)),
        "应到人数": g.column(due),
        "实到人数": g.column(came),
        "合格人数": g.hide(g.column(passed), rng.random(n) < 0.1),
        "考核人": world.people(f"militia assessors {period}", n, 44, 6)["name"].astype(object),
    }, version=period)  # fmt: skip
    d = g.spoil(table, world, truth)
    g.common(d, world, rates, required_dates=["训练日期"], texts=["镇街"], names=["考核人"])
    return table

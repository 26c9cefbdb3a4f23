"""Social organisations and civil rescue teams: who they are, what they can do, what they did."""

from __future__ import annotations

import numpy as np

from simulator import codes
from simulator.departments._book import DAY, days, keep, numbered, pick
from simulator.departments._ledger import Ledger, minutes
from simulator.dirt import Spoiler
from simulator.world import places

SPECIALTIES = ("水上", "山地", "建筑物倒塌", "应急医疗救护", "潜水")
CATEGORIES = ("社会团体", "民办非企业单位", "基金会")
KIT = ("冲锋舟", "救生衣", "对讲机", "急救包", "担架", "应急照明灯", "无人机", "油锯")
POLICIES = (
    ("MZ-GZ-01", "准入", "在民政部门登记，业务主管单位为应急或行业部门", None, None),
    ("MZ-GZ-02", "准入", "队员人数下限", 10, "人"),
    ("MZ-GZ-03", "准入", "队员意外伤害保险覆盖率", 100, "%"),
    ("MZ-GZ-04", "分级", "测评等级有效期", 36, "月"),
    ("MZ-GZ-05", "分级", "持证队员比例", 50, "%"),
    ("MZ-GZ-06", "调用", "调用指令签收时限", 10, "分钟"),
    ("MZ-GZ-07", "调用", "到场时限", 60, "分钟"),
    ("MZ-GZ-08", "退出", "连续未参加演练或出动", 12, "月"),
)


def write(book: Ledger) -> None:
    """Write organisations, teams and what hangs on them."""
    team = np.flatnonzero(book.world.teams["kind"] == "civil")
    number = np.array([f"MZJY{i:03d}" for i in range(1, len(team) + 1)], dtype=object)
    _organisations(book, team)
    _teams(book, team, number)
    _members(book, team, number)
    _grades(book, team, number)
    _equipment(book, team, number)
    _insurances(book, team, number)
    _activities(book, team, number)
    _dispatches(book, team, number)
    _policies(book)


def _registered(book: Ledger, team: np.ndarray) -> np.ndarray:
    return np.array([u is not None for u in book.world.teams["uscc"][team]])


def _organisations(book: Ledger, team: np.ndarray) -> None:
    world, rng, t = book.world, book.rng("organisations"), book.world.teams
    mine = team[_registered(book, team)]
    n, m = len(mine), world.n(260)
    # 1 society, 2 private non-enterprise unit, 3 foundation; the teams' codes are the world's
    kind = np.concatenate([[int(u[1]) for u in t["uscc"][mine]], rng.choice([1, 2, 3], m, p=[0.5, 0.46, 0.04])]).astype(
        int
    )
    other = codes.uscc(rng, m, ["330603", "330621"], [0.8, 0.2], np.zeros(m, bool), kind[n:], 5)
    code = np.concatenate([t["uscc"][mine], other])
    subject = pick(rng, ("老年服务", "社区发展", "慈善", "教育培训", "文化", "行业协会", "养老院", "应急服务"), m)
    tail = np.array(["协会", "服务中心", "基金会"], dtype=object)[kind[n:] - 1]
    name = np.concatenate(
        [t["name"][mine], [f"柯桥区{s}{x}{i % 37 + 1}" for i, (s, x) in enumerate(zip(subject, tail, strict=True))]]
    )
    size = n + m
    heads = world.pool("heads of organisations", size, 52, 9)
    town = np.concatenate([t["town"][mine], rng.integers(0, 16, m)])
    firms = list(world.firms["uscc"][:200])

    def first(s: Spoiler) -> None:
        s.categories("USCC", book.rates, firms[:20])
        s.names_only("USCC", book.rates)

    book.add(
        "social_organisations",
        {
            "ORG_NO": numbered("MZSH", size, 5),
            "ORG_NAME": name,
            "USCC": code,
            "ORG_TYPE": np.array(CATEGORIES, dtype=object)[kind - 1],
            "COMPETENT_UNIT": np.where(np.arange(size) < n, "柯桥区应急管理局", pick(rng, ("柯桥区民政局", "柯桥区教育局", "柯桥区文旅局"), size)).astype(object),
            "LEGAL_PERSON": heads["name"],
            "PHONE": heads["phone"],
            "TOWN_NAME": world.towns["name"][town],
            "ADDRESS": np.array([f"绍兴市柯桥区{world.towns['name'][x]}{h}号" for x, h in zip(town, rng.integers(1, 500, size), strict=True)], dtype=object),
            "REG_DATE": world.end - days(rng, size, 200, 6500),
            "STATUS": pick(rng, ("正常", "注销", "撤销"), size, (95, 4, 1)),
            "YEARLY_CHECK": pick(rng, ("合格", "基本合格", "不合格", "未检"), size, (80, 10, 3, 7)),
            "IS_EMERGENCY": (np.arange(size) < n) | np.concatenate([np.zeros(n, bool), subject == "应急服务"]),
        },
        first=first,
        credit="USCC",
        phones="PHONE",
        people="LEGAL_PERSON",
        dates="REG_DATE",
        text="ORG_NAME ADDRESS",
        empty="ADDRESS COMPETENT_UNIT",
        towns=(None, "TOWN_NAME"),
        links={"team": np.concatenate([t["id"][mine], np.full(m, None, dtype=object)]), "person": heads["id"]},
    )  # fmt: skip


def _teams(book: Ledger, team: np.ndarray, number: np.ndarray) -> None:
    world, rng, t = book.world, book.rng("teams"), book.world.teams
    n, registered = len(team), _registered(book, team)
    borrowed = ~registered & (rng.random(n) < (0.6 if book.rates.category_mixed else 0.0))
    firm = rng.integers(0, len(world.firms["uscc"]), n)
    code = np.where(registered, t["uscc"][team], np.where(borrowed, world.firms["uscc"][firm], None)).astype(object)
    order = np.cumsum(registered)

    def first(s: Spoiler) -> None:
        rows = np.flatnonzero(borrowed)
        s.note_many(
            rows, "USCC", "#25 unregistered team with a firm's code", np.full(len(rows), None, dtype=object), code[rows]
        )

    book.add(
        "rescue_teams",
        {
            "TEAM_NO": number,
            "TEAM_NAME": t["name"][team],
            "ORG_NO": keep(np.array([f"MZSH{i:05d}" for i in order], dtype=object), registered),
            "USCC": code,
            "IS_REGISTERED": registered,
            "SPECIALTY": pick(rng, (*SPECIALTIES, "综合"), n, (4, 3, 2, 2, 1, 2)),
            "TOWN_NAME": world.towns["name"][t["town"][team]],
            "LNG": t["lon"][team],
            "LAT": t["lat"][team],
            "MEMBERS": t["members"][team],
            "VEHICLES": t["vehicles"][team],
            "FOUNDED": t["founded"][team],
            "ON_CALL": registered & (rng.random(n) < 0.8),
        },
        first=first,
        heads="MEMBERS",
        dates="FOUNDED",
        text="TEAM_NAME",
        empty="VEHICLES",
        points=("LNG", "LAT"),
        towns=(None, "TOWN_NAME"),
        links={"team": t["id"][team]},
        repeat=False,
    )


def _members(book: Ledger, team: np.ndarray, number: np.ndarray) -> None:
    world, rng, m = book.world, book.rng("members"), book.world.team_members
    place = dict(zip(team.tolist(), number, strict=True))
    row = np.flatnonzero(np.isin(m["team"], team))
    n = len(row)
    kind = pick(rng, ("应急救援员", "红十字救护员", "潜水证", None), n, (30, 22, 4, 44))
    has = np.array([k is not None for k in kind])
    left = rng.random(n) < 0.05
    book.add(
        "rescue_team_members",
        {
            "MEMBER_NO": numbered("DY", n, 5),
            "TEAM_NO": np.array([place[x] for x in m["team"][row]], dtype=object),
            "PERSON_NAME": m["name"][row],
            "ID_NUMBER": m["id"][row],
            "PHONE": m["phone"][row],
            "ORIGIN": m["origin"][row],
            "CERT_TYPE": kind,
            "CERT_NO": keep(numbered("ZS", n, 6), has),
            "CERT_VALID_TO": keep(world.end + days(rng, n, -200, 1000), has),
            "JOINED": m["joined"][row],
            "LEFT_ON": keep(np.maximum(m["joined"][row] + DAY, world.end - days(rng, n, 2, 200)), left),
        },
        first=lambda s: s.certificates("CERT_VALID_TO", book.rates),
        ids="ID_NUMBER!",
        phones="PHONE",
        people="PERSON_NAME",
        dates="JOINED CERT_VALID_TO",
        text="CERT_TYPE",
        empty="PHONE",
        links={"person": m["id"][row], "team": world.teams["id"][m["team"][row]]},
    )


def _grades(book: Ledger, team: np.ndarray, number: np.ndarray) -> None:
    world, rng, t = book.world, book.rng("grades"), book.world.teams
    row = np.flatnonzero(t["grade"][team] > 0)
    n = len(row)
    day = world.end - days(rng, n, 60, 1300)
    book.add(
        "team_grades",
        {
            "GRADE_NO": numbered("CP", n, 4),
            "TEAM_NO": number[row],
            "SPECIALTY": pick(rng, SPECIALTIES, n),
            "GRADE": t["grade"][team][row],
            "GRADED": day,
            "VALID_TO": day + 1095 * DAY,
        },
        dates="GRADED! VALID_TO",
        text="SPECIALTY",
        links={"team": t["id"][team[row]]},
        repeat=False,
    )


def _equipment(book: Ledger, team: np.ndarray, number: np.ndarray) -> None:
    world, rng, t = book.world, book.rng("equipment"), book.world.teams
    things = [i for i in places.items() if i["name"] in KIT]
    rows = [
        (i, k)
        for i in range(len(team))
        for k in range(len(things))
        if rng.random() < (0.8 if t["grade"][team[i]] else 0.4)
    ]
    where, thing = np.array([r[0] for r in rows]), np.array([r[1] for r in rows])
    n = len(rows)
    names = {x["name"]: (x["other"],) for x in things}
    book.add(
        "team_equipment",
        {
            "ITEM_NO": numbered("ZB", n, 5),
            "TEAM_NO": number[where],
            "ITEM_NAME": np.array([things[k]["name"] for k in thing], dtype=object),
            "ITEM_CODE": np.array([things[k]["code"] for k in thing], dtype=object),
            "QTY": np.maximum(1, (t["members"][team[where]] * rng.uniform(0.05, 0.9, n)).astype(int)),
            "UNIT": np.array([things[k]["unit"] for k in thing], dtype=object),
            "SERVICEABLE": rng.random(n) < 0.9,
            "BOUGHT": world.end - days(rng, n, 20, 2000),
        },
        first=lambda s: s.stock("QTY", book.rates, name="ITEM_NAME", names=names),
        dates="BOUGHT",
        text="ITEM_NAME",
        empty="ITEM_CODE UNIT",
        links={"team": t["id"][team[where]]},
    )


def _insurances(book: Ledger, team: np.ndarray, number: np.ndarray) -> None:
    world, rng, t = book.world, book.rng("insurances"), book.world.teams
    row = np.flatnonzero(t["insured"][team])
    n = len(row)
    whole = book.rng("insured whole").random(len(team)) < 0.5
    start = world.end - days(rng, n, 5, 400)
    book.add(
        "team_insurances",
        {
            "POLICY_NO": numbered("PZJY2026", n, 5),
            "TEAM_NO": number[row],
            # a team that keeps its list insures everybody on it
            "INSURED": np.maximum(
                1,
                np.where(
                    whole[row], t["members"][team[row]], t["members"][team[row]] * rng.uniform(0.6, 1.0, n)
                ).astype(int),
            ),
            "AMOUNT": rng.choice([20.0, 50.0, 80.0], n),
            "VALID_FROM": start,
            "VALID_TO": start + 365 * DAY,
        },
        heads="INSURED",
        money={"AMOUNT": "万元"},
        dates="VALID_FROM! VALID_TO!",
        links={"team": t["id"][team[row]]},
        repeat=False,
    )


def _activities(book: Ledger, team: np.ndarray, number: np.ndarray) -> None:
    """Write drills, standby and training with government teams; some teams take part in none (F081)."""
    world, rng, t = book.world, book.rng("activities"), book.world.teams
    often = rng.poisson(np.where(_registered(book, team), 4.0, 0.6))
    where = np.repeat(np.arange(len(team)), often)
    n = len(where)
    day = world.end - days(rng, n, 3, 365)
    at = day.astype("datetime64[s]") + minutes(rng, n, 24 * 60, 48 * 60)
    book.add(
        "joint_activities",
        {
            "ACTIVITY_NO": numbered("HD", n, 5),
            "TEAM_NO": number[where],
            "KIND": pick(rng, ("联合演练", "联合备勤", "联合培训"), n, (4, 4, 2)),
            "PARTNER": pick(rng, ("区消防救援大队", "应急管理站", "民兵应急排", "医院"), n),
            "ACTIVITY_DATE": day,
            "PARTICIPANTS": np.maximum(2, (t["members"][team[where]] * rng.uniform(0.2, 0.9, n)).astype(int)),
            "HOURS": np.array([f"{h:.1f}" for h in rng.uniform(2, 24, n)], dtype=object),
            "UPDATED_AT": at,
        },
        heads="PARTICIPANTS",
        dates="ACTIVITY_DATE!",
        text="PARTNER",
        empty="PARTNER",
        links={"team": t["id"][team[where]]},
    )


def _dispatches(book: Ledger, team: np.ndarray, number: np.ndarray) -> None:
    """Write the civil teams' part in incidents that everybody knows."""
    world, rng, t, h = book.world, book.rng("dispatches"), book.world.teams, book.world.incidents
    row = np.flatnonzero(
        np.isin(h["kind"], ["抢险救援", "火灾", "社会救助"]) & (h["alarm"] >= world.before.astype("datetime64[s]"))
    )
    row = row[rng.random(len(row)) < 0.07]
    n = len(row)
    able = np.flatnonzero(_registered(book, team))
    where = able[rng.integers(0, len(able), n)]
    ordered = h["alarm"][row] + minutes(rng, n, 3, 20)
    arrived = ordered + minutes(rng, n, 15, 75)
    ended = arrived + minutes(rng, n, 20, 300)
    book.add(
        "team_dispatches",
        {
            "DISPATCH_NO": numbered("CDJ", n, 5),
            "TEAM_NO": number[where],
            "INCIDENT_NO": h["no"][row],
            "TOWN_NAME": world.towns["name"][h["town"][row]],
            "ORDERED_BY": pick(rng, ("指挥中心", "镇街", "自行前往"), n, (5, 3, 2)),
            "ORDERED_AT": ordered,
            "ARRIVED_AT": keep(arrived, rng.random(n) < 0.95),
            "ENDED_AT": ended,
            "PEOPLE": rng.integers(2, 15, n),
            "UPDATED_AT": ended + minutes(rng, n, 30, 600),
        },
        heads="PEOPLE",
        dates="ORDERED_AT!",
        text="TOWN_NAME",
        empty="INCIDENT_NO",
        links={"team": t["id"][team[where]], "incident": h["no"][row]},
    )


def _policies(book: Ledger) -> None:
    n = len(POLICIES)
    book.add(
        "team_policies",
        {
            "RULE_CODE": np.array([p[0] for p in POLICIES], dtype=object),
            "STAGE": np.array([p[1] for p in POLICIES], dtype=object),
            "RULE_TEXT": np.array([p[2] for p in POLICIES], dtype=object),
            "THRESHOLD": np.array([None if p[3] is None else f"{p[3]}" for p in POLICIES], dtype=object),
            "UNIT": np.array([p[4] for p in POLICIES], dtype=object),
            "VALID_FROM": np.full(n, book.world.start - 400 * DAY),
            "VALID_TO": np.full(n, np.datetime64("NaT"), "datetime64[D]"),
        },
        text="RULE_TEXT",
        repeat=False,
    )

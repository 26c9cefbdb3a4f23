"""Plans, drills, supplies, response staff, duty and accidents of firms."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from simulator.departments._book import DAY, days, keep, numbered, pick
from simulator.departments._ledger import Ledger, minutes, office
from simulator.departments.firms.roll import Roll
from simulator.dirt import Spoiler
from simulator.world import places

ACCIDENTS = (
    "机械伤害",
    "高处坠落",
    "物体打击",
    "车辆伤害",
    "触电",
    "火灾",
    "灼烫",
    "起重伤害",
    "中毒和窒息",
    "其他伤害",
)


def write(book: Ledger, who: Roll) -> None:
    """Write what firms have ready and what happened to them."""
    _plans(book, who)
    _drills(book, who)
    _supplies(book, who)
    _staff(book, who)
    _duty(book, who)
    _accidents(book, who)


def _plans(book: Ledger, who: Roll) -> None:
    world, rng, f = book.world, book.rng("plans"), book.world.firms
    rows = [
        (x, kind)
        for x in who.live
        for kind, p in (("综合预案", 0.55), ("专项预案", 0.2), ("现场处置方案", 0.25))
        if rng.random() < (p + 0.4 * who.tidy[x] if f["key"][x] else p * 0.5 + 0.45 * who.tidy[x])
    ]
    firm = np.array([r[0] for r in rows])
    n = len(firm)
    issued = world.end - days(rng, n, 60, 1400)
    filed = rng.random(n) < 0.5 + 0.48 * who.tidy[firm]
    revised = rng.random(n) < 0.4 + 0.4 * who.tidy[firm]
    kind = np.array([r[1] for r in rows], dtype=object)
    book.add(
        "emergency_plans",
        {
            "planNo": numbered("QYA", n),
            "enterpriseNo": who.no[firm],
            "kind": kind,
            "name": np.array([f"{x}生产安全事故{k}" for x, k in zip(f["name"][firm], kind, strict=True)], dtype=object),
            "issuedOn": issued,
            "filedNo": keep(numbered("330603QY", n, 6), filed),
            "filedOn": keep(issued + days(rng, n, 3, 50), filed),
            "revisedOn": keep(np.minimum(issued + days(rng, n, 60, 900), world.end - DAY), revised),
            "isLinked": rng.random(n) < 0.45 + 0.5 * who.tidy[firm],
        },
        dates="issuedOn filedOn revisedOn",
        text="name",
        empty="filedNo",
        # the plan over all others is the one that the bureau lists
        links={"firm": f["no"][firm], "plan": np.where(kind == "综合预案", f["no"][firm], numbered("QYA", n))},
    )


def _drills(book: Ledger, who: Roll) -> None:
    world, rng, f = book.world, book.rng("drills"), book.world.firms
    often = np.where(
        f["key"][who.live], rng.poisson(0.9 + 1.9 * who.tidy[who.live]), rng.poisson(0.3 + 1.1 * who.tidy[who.live])
    )
    firm = np.repeat(who.live, often)
    n = len(firm)
    day = world.end - days(rng, n, 6, 366)
    findings = rng.poisson(1.6, n)
    at = office(rng, np.minimum(day + days(rng, n, 1, 20), world.end - DAY))
    order = np.argsort(at, kind="stable")
    columns = {
        "drillNo": numbered("YLQ", n),
        "enterpriseNo": who.no[firm],
        "drilledOn": day,
        "kind": pick(rng, ("桌面演练", "实战演练", "综合演练"), n, (3, 5, 1)),
        "scenario": pick(rng, ("火灾疏散", "有限空间救援", "危化品泄漏", "触电急救", "防汛避险"), n),
        "participants": np.maximum(2, (f["staff"][firm] * rng.uniform(0.2, 0.8, n)).astype(int)),
        "findings": findings,
        "fixed": rng.binomial(findings, np.clip(0.5 + 0.5 * who.tidy[firm], 0, 1)),
        "isReported": rng.random(n) < 0.6 + 0.39 * who.tidy[firm],
        "updatedAt": at,
    }
    book.add(
        "drills",
        {c: v[order] for c, v in columns.items()},
        known=at[order],
        dates="drilledOn!",
        heads="participants",
        text="scenario",
        empty="scenario fixed",
        links={"firm": f["no"][firm[order]]},
    )


def _supplies(book: Ledger, who: Roll) -> None:
    world, rng, f = book.world, book.rng("supplies"), book.world.firms
    things = [i for i in places.items() if i["name"] in ("灭火器", "急救包", "消防水带", "警戒带", "应急照明灯", "空气呼吸器", "有毒气体检测仪", "扩音器")]  # fmt: skip
    key = who.key(world)
    rows = [(x, i) for x in key for i, t in enumerate(things) if rng.random() < 0.35 + 0.55 * who.tidy[x]]
    # a small firm keeps an extinguisher and perhaps a first-aid box
    few = [i for i, t in enumerate(things) if t["name"] in ("灭火器", "急救包")]
    small = who.live[~f["key"][who.live]]
    rows += [(x, i) for x in small for i in few if rng.random() < 0.30 + 0.60 * who.tidy[x]]
    firm, thing = np.array([r[0] for r in rows]), np.array([r[1] for r in rows])
    n = len(firm)
    shelf = np.array([int(t["months"]) for t in things])[thing]
    bought = world.end - days(rng, n, 30, 1500)
    names = {t["name"]: (t["other"],) for t in things}

    def of(wanted: str) -> np.ndarray:
        return np.array([things[k][wanted] for k in thing], dtype=object)

    def first(s: Spoiler) -> None:
        s.stock("quantity", book.rates, name="item", names=names)
        # firms let goods expire of themselves
        s.expired_stock("expiresOn", replace(book.rates, stock_expired=0.0), str(world.end))

    book.add(
        "emergency_supplies",
        {
            "supplyNo": numbered("QYW", n),
            "enterpriseNo": who.no[firm],
            "item": of("name"),
            "itemCode": of("code"),
            "quantity": np.maximum(1, (f["staff"][firm] / 12 * rng.uniform(0.3, 1.5, n)).astype(int)),
            "unit": of("unit"),
            "expiresOn": keep(bought + (shelf * 30).astype("timedelta64[D]"), shelf > 0),
            "checkedOn": world.end - days(rng, n, 3, 240),
        },
        first=first,
        dates="expiresOn checkedOn",
        text="item",
        empty="itemCode checkedOn",
        links={"firm": f["no"][firm]},
    )


def _staff(book: Ledger, who: Roll) -> None:
    rng, f, t = book.rng("staff"), book.world.firms, book.world.teams
    hosts = {int(x): i for i, x in enumerate(t["firm"]) if x >= 0}
    firm = who.live[f["key"][who.live] | (rng.random(len(who.live)) < 0.82)]
    n = len(firm)
    own = np.array([int(x) in hosts for x in firm])
    some = rng.random(n) < 0.45 + 0.5 * who.tidy[firm]
    kind = np.where(own, "兼职队伍", np.where(some, "指定兼职人员", "无")).astype(object)
    kind[own & (f["industry"][firm] == "chemical")] = "专职队伍"
    members = np.where(
        own, [t["members"][hosts.get(int(x), 0)] for x in firm], np.where(some, rng.integers(1, 6, n), 0)
    )
    book.add(
        "emergency_staff",
        {
            "enterpriseNo": who.no[firm],
            "teamName": np.array([t["name"][hosts[int(x)]] if int(x) in hosts else None for x in firm], dtype=object),
            "kind": kind,
            "members": members,
            "agreementNo": keep(numbered("JYXY", n, 5), some & ~own & (rng.random(n) < 0.6)),
            "joinedRescues": np.where(own, rng.poisson(0.7, n), 0),
        },
        text="teamName",
        empty="agreementNo",
        links={
            "firm": f["no"][firm],
            "team": np.array([t["id"][hosts[int(x)]] if int(x) in hosts else None for x in firm], dtype=object),
        },
    )


def _duty(book: Ledger, who: Roll) -> None:
    world, rng, f = book.world, book.rng("duty"), book.world.firms
    firm = np.repeat(who.of(world, "chemical", "metal_smelt"), 6)
    n = len(firm)
    at = world.moments(rng, n, world.before, world.end, working=False)
    yes = rng.random(n) < 0.80 + 0.19 * who.tidy[firm]
    book.add(
        "duty_checks",
        {
            "checkNo": numbered("CG", n),
            "enterpriseNo": who.no[firm],
            "checkedAt": at,
            "isAnswered": yes,
            "answeredAt": keep(at + rng.integers(5, 180, n).astype("timedelta64[s]"), yes),
            "is24h": rng.random(n) < 0.85 + 0.14 * who.tidy[firm],
        },
        dates="checkedAt!",
        links={"firm": f["no"][firm]},
    )


def _accidents(book: Ledger, who: Roll) -> None:
    world, rng, f = book.world, book.rng("accidents"), book.world.firms
    n = world.n(70)
    weight = (1.15 - who.tidy[who.live]) * np.sqrt(f["staff"][who.live])
    firm = rng.choice(who.live, n, p=weight / weight.sum())
    at = np.sort(world.moments(rng, n, world.end - np.timedelta64(365, "D"), world.end - 2 * DAY, working=False))
    dead = (rng.random(n) < 0.12).astype(int)
    told = rng.random(n) < 0.70 + 0.29 * who.tidy[firm]
    reported = at + np.where(told, minutes(rng, n, 6, 58), minutes(rng, n, 70, 1500))
    updated = reported + minutes(rng, n, 30, 400)
    order = np.argsort(updated, kind="stable")
    columns = {
        "accidentNo": numbered("SGQ", n, 4),
        "enterpriseNo": who.no[firm],
        "occurredAt": at,
        "reportedAt": reported,
        "accidentType": pick(rng, ACCIDENTS, n),
        "grade": np.where(dead > 0, "一般", np.where(rng.random(n) < 0.4, "一般", "未达等级")).astype(object),
        "deaths": dead,
        "injuries": np.where(dead > 0, rng.integers(0, 2, n), rng.integers(1, 3, n)),
        "loss": np.round(np.exp(rng.normal(2.6, 1.0, n)), 2),
        "isResponsible": rng.random(n) < 0.8,
        "updatedAt": updated,
    }
    book.add(
        "accidents",
        {c: v[order] for c, v in columns.items()},
        known=updated[order],
        dates="occurredAt! reportedAt",
        money={"loss": "万元"},
        empty="isResponsible",
        links={"firm": f["no"][firm[order]]},
    )

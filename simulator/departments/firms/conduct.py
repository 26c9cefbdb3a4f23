"""Penalties a firm knows of, what its employees reported, and the monthly report itself."""

from __future__ import annotations

import numpy as np

from simulator.departments._book import DAY, days, keep, numbered, pick
from simulator.departments._ledger import Ledger, minutes, month_code, months, office
from simulator.departments.enforcement import visits
from simulator.departments.firms.roll import Roll
from simulator.dirt import DirtRates, Truth

TOLD = ("安全出口上锁", "设备防护罩缺失", "未发放劳动防护用品", "危化品随意堆放", "强令冒险作业", "消防栓无水")


def write(book: Ledger, who: Roll) -> None:
    """Write conduct."""
    _penalties(book, who)
    _told(book, who)
    _months(book, who)


def _penalties(book: Ledger, who: Roll) -> None:
    """Write the brigade's decided cases, as far as the firm owns up to them."""
    world, rng, f = book.world, book.rng("penalties"), book.world.firms
    place = {no: i for i, no in enumerate(f["no"])}
    cases = {}
    for table in visits.cases(world.view(), DirtRates.clean(), Truth()):
        for row in zip(*table.columns.values(), strict=True):
            case = dict(zip(table.columns, row, strict=True))
            if case["决定日期"]:
                cases[case["案号"]] = case
    kept = [c for c in cases.values() if who.reports[place[c["企业编号"]]] and rng.random() < 0.88]
    firm = np.array([place[c["企业编号"]] for c in kept], int)
    n = len(kept)
    decided = np.array([c["决定日期"] for c in kept], "datetime64[D]")
    book.add(
        "penalties",
        {
            "decisionNo": np.array([c["案号"] for c in kept], dtype=object),
            "enterpriseNo": who.no[firm],
            "authority": np.full(n, "柯桥区应急管理局", dtype=object),
            "decidedOn": decided,
            "kind": np.array([c["处罚种类"] for c in kept], dtype=object),
            "fine": np.array([c["罚款（万元）"] for c in kept], dtype=object),
            "isDailyFine": np.array([c["按日计罚"] for c in kept], dtype=object),
            "correctedOn": keep(decided + days(rng, n, 3, 60), rng.random(n) < 0.6 + 0.38 * who.tidy[firm]),
        },
        dates="decidedOn correctedOn",
        money={"fine": "万元"},
        text="authority",
        empty="authority",
        links={"firm": f["no"][firm], "case": np.array([c["案号"] for c in kept], dtype=object)},
    )


def _told(book: Ledger, who: Roll) -> None:
    world, rng, f = book.world, book.rng("told"), book.world.firms
    n = world.n(400)
    weight = (1.2 - who.tidy[who.live]) * np.sqrt(f["staff"][who.live])
    firm = rng.choice(who.live, n, p=weight / weight.sum())
    at = np.sort(world.moments(rng, n, world.before, world.end - 3 * DAY, working=False))
    handled = rng.random(n) < 0.5 + 0.48 * who.tidy[firm]
    done = at + minutes(rng, n, 60, 4000)
    book.add(
        "employee_reports",
        {
            "reportNo": numbered("JB", n, 5),
            "enterpriseNo": who.no[firm],
            "reportedAt": at,
            "content": pick(rng, TOLD, n),
            "isVerified": keep(rng.random(n) < 0.55, handled),
            "handledAt": keep(done, handled),
            "feedbackAt": keep(done + minutes(rng, n, 10, 900), handled & (rng.random(n) < 0.8)),
        },
        dates="reportedAt! handledAt",
        text="content",
        empty="content",
        links={"firm": f["no"][firm]},
    )


def _months(book: Ledger, who: Roll) -> None:
    world, rng, f = book.world, book.rng("months"), book.world.firms
    firsts = months(world.before, world.end)
    firm = np.tile(who.live, len(firsts))
    month = np.repeat(np.array(firsts, "datetime64[D]"), len(who.live))
    sent = rng.random(len(firm)) < 0.80 + 0.19 * who.tidy[firm]
    firm, month = firm[sent], month[sent]
    n = len(firm)
    after = (month.astype("datetime64[M]") + 1).astype("datetime64[D]")
    # the closing day is the tenth of the next month; some send later
    late = rng.random(n) < 0.20 * (1.1 - who.tidy[firm])
    at = office(rng, after + np.where(late, days(rng, n, 10, 28), days(rng, n, 0, 10)))
    due = np.where(f["key"][firm], 46, 28)
    filled = np.minimum(
        due, np.round(due * np.clip(0.75 + 0.25 * who.tidy[firm] + rng.normal(0, 0.03, n), 0, 1)).astype(int)
    )
    still = rng.poisson(1.4 * (1.1 - who.tidy[firm]))
    order = np.argsort(at, kind="stable")
    columns = {
        "enterpriseNo": who.no[firm],
        "month": np.array([month_code(m) for m in month], dtype=object),
        "submittedAt": at,
        "itemsDue": due,
        "itemsFilled": filled,
        "openHazards": still,
        "controlledRisks": rng.integers(0, 8, n),
        "controlStatus": np.where(still == 0, "受控", np.where(still < 5, "部分受控", "失控")).astype(object),
        "isDeclared": rng.random(n) < 0.97,
        "updatedAt": at,
    }
    book.add(
        "monthly_reports",
        {c: v[order] for c, v in columns.items()},
        key=2,
        known=at[order],
        dates="submittedAt!",
        text="controlStatus",
        empty="controlledRisks",
        links={"firm": f["no"][firm[order]]},
    )

"""What a firm owes by law and shows by quarter and year: duties, posts, organisation, spending, rules."""

from __future__ import annotations

import csv

import numpy as np

from simulator.departments._book import days, keep
from simulator.departments._ledger import Ledger, office
from simulator.departments.firms.roll import Roll
from simulator.world import FACTS, World, quarter_start

DUTIES = ("systemOn", "rulesOn", "trainingOn", "investOn", "controlOn", "planOn", "reportOn")
SECTORS = {"machinery": "machinery", "metal_smelt": "metallurgy", "chemical": "hazchem", "transport": "transport_goods"}
SECTOR_WORDS = {
    "machinery": "机械制造",
    "metallurgy": "冶金",
    "hazchem": "危险品生产与储存",
    "transport_goods": "普通货运",
    "construction_building": "房屋建筑",
    "benchmark_dyeing": "印染（内部基准）",
    "benchmark_general": "一般工贸（内部基准）",
}


def write(book: Ledger, who: Roll) -> None:
    """Write what firms show of their duties."""
    _principals(book, who)
    _posts(book, who)
    _organisations(book, who)
    _funds(book, who)
    _rules(book, who)


def _by_quarter(book: Ledger, who: Roll, share: float) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return firm, quarter code, first day and day after the last, for the two newest quarters."""
    rng, f = book.rng("quarters"), book.world.firms
    parts = []
    for name, first, last in book.world.quarters[-2:]:
        keen = f["key"][who.live] | (rng.random(len(who.live)) < share)
        firm = who.live[keen & (rng.random(len(who.live)) < 0.85 + 0.15 * who.tidy[who.live])]
        parts.append(
            (firm, np.full(len(firm), name, dtype=object), np.full(len(firm), first), np.full(len(firm), last))
        )
    firm, quarter, first, last = (np.concatenate(p) for p in zip(*parts, strict=True))
    return firm, quarter, first, last


def _principals(book: Ledger, who: Roll) -> None:
    rng = book.rng("principals")
    firm, quarter, _first, last = _by_quarter(book, who, 0.86)
    n = len(firm)
    shown = {}
    for duty in DUTIES:
        done = rng.random(n) < 0.35 + 0.63 * who.tidy[firm]
        shown[duty] = keep(last - days(rng, n, 2, 330), done)
    book.add(
        "principal_duties",
        {
            "enterpriseNo": who.no[firm],
            "quarter": quarter,
            **shown,
            "submittedAt": office(rng, last + days(rng, n, 0, 9)),
        },
        key=2,
        dates=" ".join(DUTIES),
        empty="systemOn planOn",
        links={"firm": book.world.firms["no"][firm]},
    )


def _posts(book: Ledger, who: Roll) -> None:
    rng, f = book.rng("posts"), book.world.firms
    firm, quarter, first, _last = _by_quarter(book, who, 0.84)
    n = len(firm)
    posts = np.clip((np.sqrt(f["staff"][firm]) * rng.uniform(1.2, 2.4, n)).astype(int), 2, 1500)
    covered = np.minimum(
        posts, np.round(posts * np.clip(0.35 + 0.7 * who.tidy[firm] + rng.normal(0, 0.08, n), 0, 1)).astype(int)
    )
    assessed = np.minimum(covered, (covered * rng.uniform(0.5, 1, n)).astype(int))
    book.add(
        "post_duties",
        {
            "enterpriseNo": who.no[firm],
            "quarter": quarter,
            "posts": posts,
            "coveredPosts": covered,
            "assessedPosts": assessed,
            "reviewedOn": keep(first - days(rng, n, 5, 360), rng.random(n) < 0.8),
        },
        key=2,
        dates="reviewedOn",
        empty="assessedPosts",
        links={"firm": f["no"][firm]},
    )


def _organisations(book: Ledger, who: Roll) -> None:
    world, rng, f = book.world, book.rng("organisations"), book.world.firms
    officers = world.firm_people[0]
    full = np.bincount(officers["firm"][officers["role"] == "专职安全员"], minlength=len(f["no"]))
    part = np.bincount(officers["firm"][officers["role"] == "兼职安全员"], minlength=len(f["no"]))
    firm = who.live
    n = len(firm)
    needs = (f["staff"][firm] >= 300) | (who.high[firm] & (f["staff"][firm] >= 50))
    has = needs & (rng.random(n) < 0.55 + 0.44 * who.tidy[firm])
    engineers = np.where(
        np.isin(f["industry"][firm], ["chemical", "metal_smelt"]), rng.binomial(2, 0.3 + 0.4 * who.tidy[firm]), 0
    )
    book.add(
        "safety_organisations",
        {
            "enterpriseNo": who.no[firm],
            "hasDepartment": has,
            "docNo": keep(np.array([f"安字〔{2021 + i % 6}〕{i % 40 + 1}号" for i in range(n)], dtype=object), has),
            "fullTime": full[firm],
            "partTime": part[firm],
            "engineers": engineers,
            "isOutsourced": (full[firm] == 0) & (rng.random(n) < 0.4),
            "appointedOn": keep(world.end - days(rng, n, 30, 1500), has),
        },
        dates="appointedOn",
        text="docNo",
        empty="docNo partTime",
        links={"firm": f["no"][firm]},
    )


def brackets() -> dict[str, list[tuple[float, float, float]]]:
    """Return the steps of each sector's rate: from, to (万元), per cent."""
    with open(FACTS / "safety_fund_rates.csv", encoding="utf-8") as handle:
        found: dict[str, list[tuple[float, float, float]]] = {}
        for r in csv.DictReader(handle):
            step = (float(r["bracket_from_wan"]), float(r["bracket_to_wan"] or "inf"), float(r["rate_pct"]))
            found.setdefault(r["sector"], []).append(step)
    return found


def due(sector: np.ndarray, revenue: np.ndarray) -> np.ndarray:
    """Return what is due (万元): every step's rate on the part of the revenue inside it."""
    made, steps = np.zeros(len(revenue)), brackets()
    for name in set(sector):
        mine = sector == name
        for low, high, rate in steps[name]:
            made[mine] += np.clip(revenue[mine] - low, 0, high - low) * rate / 100
    return np.round(made, 2)


def sectors(world: World, firm: np.ndarray) -> np.ndarray:
    """Return the sector of the rate for each firm."""
    words = []
    for industry in world.firms["industry"][firm]:
        if industry == "construction":
            words.append("construction_building")
        elif industry == "dyeing":
            words.append("benchmark_dyeing")
        else:
            words.append(SECTORS.get(industry, "benchmark_general"))
    return np.array(words, dtype=object)


def _funds(book: Ledger, who: Roll) -> None:
    world, rng, f = book.world, book.rng("funds"), book.world.firms
    base = who.live[f["key"][who.live] | (rng.random(len(who.live)) < 0.80)]
    now = int(world.period[:4])
    firm, year = np.tile(base, 3), np.repeat([now - 2, now - 1, now], len(base))
    n = len(firm)
    revenue = np.round(f["revenue"][firm] * (1 + 0.04 * (year - now)) * rng.uniform(0.94, 1.06, n), 2)
    sector = sectors(world, firm)
    owed = due(sector, revenue)
    part = np.where(year == now, (world.end - quarter_start(f"{now}Q1")).astype(int) / 365, 1.0)
    drawn = np.round(owed * part * np.clip(0.45 + 0.65 * who.tidy[firm] + rng.normal(0, 0.08, n), 0, 1.1), 2)
    used = np.round(drawn * np.clip(0.55 + 0.55 * who.tidy[firm] + rng.normal(0, 0.08, n), 0, 1.15), 2)
    statutory = ~np.char.startswith(sector.astype(str), "benchmark")
    book.add(
        "safety_funds",
        {
            "enterpriseNo": who.no[firm],
            "year": year,
            "sector": np.array([SECTOR_WORDS[s] for s in sector], dtype=object),
            "isStatutory": statutory,
            "revenue": revenue,
            "due": owed,
            "drawn": drawn,
            "used": used,
            "updatedAt": office(rng, world.end - days(rng, n, 1, 60)),
        },
        key=2,
        money={"revenue": "万元", "due": "万元", "drawn": "万元", "used": "万元"},
        text="sector",
        empty="drawn used",
        links={"firm": f["no"][firm]},
    )


def _rules(book: Ledger, who: Roll) -> None:
    world, rng, f = book.world, book.rng("rules"), book.world.firms
    firm = who.live
    n = len(firm)
    required = np.where(who.high[firm], 22, np.where(f["key"][firm], 16, 9))
    manual = np.clip(f["operators"][firm] + rng.integers(2, 9, n), 2, 60)
    share = np.clip(0.5 + 0.55 * who.tidy[firm] + rng.normal(0, 0.06, n), 0, 1)
    reviewed = rng.random(n) < 0.4 + 0.55 * who.tidy[firm]
    book.add(
        "rule_reviews",
        {
            "enterpriseNo": who.no[firm],
            "year": np.full(n, int(world.period[:4])),
            "rulesRequired": required,
            "rules": np.round(required * share).astype(int),
            "proceduresRequired": manual,
            "procedures": np.round(manual * share).astype(int),
            "reviewedOn": keep(world.start - days(rng, n, -80, 170), reviewed),
        },
        key=2,
        dates="reviewedOn",
        empty="reviewedOn",
        links={"firm": f["no"][firm]},
    )

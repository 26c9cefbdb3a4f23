"""The people of firms: managers, special operators, training and violations. The same people as the brigade's."""

from __future__ import annotations

import numpy as np

from simulator.departments._book import DAY, days, keep, numbered, pick
from simulator.departments._ledger import Ledger, office
from simulator.departments.firms.roll import Roll
from simulator.dirt import Spoiler

KINDS = ("岗前培训", "年度再培训", "换岗复岗", "有限空间专题", "其他专题")
TOPICS = ("三级安全教育", "消防器材使用", "危化品安全", "机械防护", "触电急救", "应急疏散", "有限空间作业", "粉尘防爆")


def write(book: Ledger, who: Roll) -> None:
    """Write people, training and violations."""
    _managers(book, who)
    _operators(book, who)
    _trainings(book, who)
    _files(book, who)
    _violations(book, who)


def _counties(s: Spoiler, column: str) -> None:
    held = s.table.columns[column]
    rows = np.flatnonzero([str(v)[:6] == "330621" for v in held])
    kind = "#3 former county in an identity number (legitimate)"
    s.note_many(rows, column, kind, held[rows], held[rows], "kept")


def _managers(book: Ledger, who: Roll) -> None:
    world, rng = book.world, book.rng("managers")
    p = world.firm_people[0]
    rows = np.flatnonzero(who.reports[p["firm"]])
    firm, n = p["firm"][rows], len(rows)
    hours = np.where(who.high[firm], 16, 12) * np.clip(0.5 + 0.7 * who.tidy[firm] + rng.normal(0, 0.15, n), 0, 1.6)
    left = rng.random(n) < 0.02

    def first(s: Spoiler) -> None:
        _counties(s, "idNumber")
        s.certificates("validTo", book.rates)

    book.add(
        "safety_managers",
        {
            "recordNo": numbered("GL", n),
            "enterpriseNo": who.no[firm],
            "personName": p["name"][rows],
            "idNumber": p["id"][rows],
            "phone": p["phone"][rows],
            "role": p["role"][rows],
            "certNo": p["cert"][rows],
            "appointedOn": p["appointed"][rows],
            "assessedOn": p["issued"][rows],
            "validTo": p["to"][rows],
            "hoursThisYear": np.array([f"{h:.1f}" for h in hours], dtype=object),
            "leftOn": keep(np.maximum(p["appointed"][rows] + 30 * DAY, world.end - days(rng, n, 3, 80)), left),
        },
        first=first,
        ids="idNumber!",
        phones="phone",
        people="personName",
        dates="appointedOn assessedOn validTo leftOn",
        empty="phone hoursThisYear",
        links={"person": p["id"][rows], "firm": world.firms["no"][firm]},
    )


def _operators(book: Ledger, who: Roll) -> None:
    world, rng = book.world, book.rng("operators")
    p = world.firm_people[1]
    # the firm forgets some of those the brigade knows
    rows = np.flatnonzero(who.reports[p["firm"]] & (rng.random(len(p["firm"])) < 0.94))
    n = len(rows)

    def first(s: Spoiler) -> None:
        _counties(s, "idNumber")
        s.certificates("validTo", book.rates, number="certNo")

    book.add(
        "special_operators",
        {
            "recordNo": numbered("TZY", n),
            "enterpriseNo": who.no[p["firm"][rows]],
            "personName": p["name"][rows],
            "idNumber": p["id"][rows],
            "work": p["work"][rows],
            "certNo": p["cert"][rows],
            "issuedOn": p["issued"][rows],
            "validTo": p["to"][rows],
            "reviewedOn": p["reviewed"][rows],
            "leftOn": keep(world.end - days(rng, n, 3, 200), rng.random(n) < 0.02),
        },
        first=first,
        ids="idNumber!",
        people="personName",
        dates="issuedOn validTo reviewedOn leftOn",
        text="work",
        links={"person": p["id"][rows], "firm": world.firms["no"][p["firm"][rows]]},
    )


def _trainings(book: Ledger, who: Roll) -> None:
    rng, f = book.rng("trainings"), book.world.firms
    base = who.live[rng.random(len(who.live)) < 0.6 + 0.38 * who.tidy[who.live]]
    firm = np.tile(base, len(who.quarters))
    n = len(firm)
    workers = f["staff"][firm]
    new = rng.binomial(workers, 0.06)
    good = np.clip(0.45 + 0.55 * who.tidy[firm] + rng.normal(0, 0.06, n), 0, 1)
    again = rng.binomial(np.maximum(1, workers // 20), 0.3)
    book.add(
        "worker_trainings",
        {
            "enterpriseNo": who.no[firm],
            "quarter": np.repeat(np.array(who.quarters, dtype=object), len(base)),
            "newWorkers": new,
            "newWorkersMet": rng.binomial(new, good),
            "workers": workers,
            "workersMet": rng.binomial(workers, good),
            "retrainDue": again,
            "retrained": rng.binomial(again, good),
            "requiredHours": np.where(who.high[firm], "72", "24").astype(object),
        },
        key=2,
        empty="retrained requiredHours",
        links={"firm": f["no"][firm]},
    )


def _files(book: Ledger, who: Roll) -> None:
    world, rng, f = book.world, book.rng("files"), book.world.firms
    weight = np.where(f["key"][who.live], 5.0, 0.6) * (0.3 + who.tidy[who.live])
    n = world.n(8000)
    firm = rng.choice(who.live, n, p=weight / weight.sum())
    day = np.sort(world.before + days(rng, n, 0, int((world.end - world.before).astype(int))))
    there = np.maximum(1, np.minimum(f["staff"][firm], np.exp(rng.normal(2.8, 0.8, n)).astype(int)))
    kind = pick(rng, KINDS, n, (4, 4, 1, 1, 3))
    at = office(rng, day + days(rng, n, 0, 6))
    order = np.argsort(at, kind="stable")
    columns = {
        "fileNo": numbered("PXD", n),
        "enterpriseNo": who.no[firm],
        "trainedOn": day,
        "kind": kind,
        "topic": pick(rng, TOPICS, n),
        "hours": np.array([f"{h:.1f}" for h in rng.choice([2, 4, 8, 12, 24], n)], dtype=object),
        "attendees": there,
        # a tidy firm has everybody sign, the others some
        "signed": np.where(
            book.rng("files signed").random(n) < 0.30 + 0.65 * who.tidy[firm],
            there,
            rng.binomial(there, np.clip(0.6 + 0.4 * who.tidy[firm], 0, 1)),
        ),
        "isKept": rng.random(n) < 0.8 + 0.19 * who.tidy[firm],
        "updatedAt": at,
    }
    book.add(
        "training_files",
        {c: v[order] for c, v in columns.items()},
        known=at[order],
        dates="trainedOn!",
        text="topic",
        empty="topic hours",
        heads="attendees",
        links={"firm": f["no"][firm[order]]},
    )


def _violations(book: Ledger, who: Roll) -> None:
    world, rng, f = book.world, book.rng("violations"), book.world.firms
    # a careful firm writes its violations down, a careless one has more and writes fewer
    weight = np.where(f["key"][who.live], 4.0, 0.5) * (0.2 + who.tidy[who.live])
    n = world.n(1500)
    firm = rng.choice(who.live, n, p=weight / weight.sum())
    book.add(
        "violations",
        {
            "violationNo": numbered("WZ", n),
            "enterpriseNo": who.no[firm],
            "occurredOn": world.before + days(rng, n, 0, int((world.end - world.before).astype(int))),
            "kind": pick(rng, ("违章作业", "违反劳动纪律", "违章指挥"), n, (6, 3, 1)),
            "post": pick(rng, ("挡车工", "染缸操作工", "定型机操作工", "电工", "叉车司机", "仓库保管员", "焊工"), n),
            "handling": pick(rng, ("教育", "警告", "停岗培训", "经济处罚"), n, (5, 3, 1, 2)),
        },
        dates="occurredOn!",
        text="post",
        empty="post handling",
        links={"firm": f["no"][firm]},
    )

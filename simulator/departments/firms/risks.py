"""Risk lists, self-inspections and the hazards firms know of: their own and those that others told them of."""

from __future__ import annotations

import numpy as np

from simulator.departments._book import NAT, days, keep, numbered, pick
from simulator.departments._ledger import Ledger, minutes, months, office
from simulator.departments.firms.roll import Roll
from simulator.dirt import Spoiler

STEPS = ("发现", "确认", "管控", "整改一", "返工", "整改", "复查", "核销", "移交")
GRADES = {"general": ("一般", "一般隐患"), "serious": ("较大",), "major": ("重大", "重大隐患")}
GRADE_WORDS = {"一般": ("一般隐患", "普通", "Ⅳ级", "四级"), "较大": ("较大隐患", "Ⅲ级"), "重大": ("重大隐患", "Ⅰ级")}
STATUS_WORDS = {
    "已销号": ("核销", "办结", "完成", "已闭环"),
    "已整改": ("整改完毕", "待复查"),
    "整改中": ("待整改",),
}
CATEGORIES = {
    "CS": "有限空间",
    "HC": "危险化学品",
    "EX": "疏散通道",
    "SP": "专项工艺",
    "EL": "用电安全",
    "FI": "消防设施",
    "MG": "基础管理",
}
RISKS = (
    ("锅炉房", "锅炉爆炸", "定期检验，持证操作"),
    ("配电间", "触电", "上锁挂牌，绝缘检测"),
    ("污水池", "中毒和窒息", "先通风再检测后作业"),
    ("定型机", "火灾", "定期清理油烟管道"),
    ("叉车作业区", "车辆伤害", "人车分流，限速"),
    ("危化品暂存间", "其他爆炸", "限量存放，分类隔离"),
    ("行车吊装", "起重伤害", "持证指挥，警戒隔离"),
    ("冲压设备", "机械伤害", "安装防护联锁"),
    ("高处检修平台", "高处坠落", "护栏与安全带"),
    ("原料仓库", "火灾", "限高堆放，禁火"),
)


def write(book: Ledger, who: Roll) -> None:
    """Write risks and hazards."""
    _risks(book, who)
    held = _hazards(book, who)
    _inspections(book, who, held)
    _events(book, held)
    _rectified(book, who, held)
    _plans(book, who, held)
    _sources(book, who)


def _risks(book: Ledger, who: Roll) -> None:
    world, rng, f = book.world, book.rng("risks"), book.world.firms
    count = np.where(
        f["key"][who.live],
        rng.integers(2, 8, len(who.live)),
        (rng.random(len(who.live)) < 0.85) * rng.integers(1, 4, len(who.live)),
    )
    firm = np.repeat(who.live, count)
    n = len(firm)
    thing = rng.integers(0, len(RISKS), n)
    graded = rng.random(n) < 0.55 + 0.44 * who.tidy[firm]
    colour = pick(rng, ("红", "橙", "黄", "蓝"), n, (2, 8, 35, 55))
    book.add(
        "risk_points",
        {
            "riskNo": numbered("FXQ", n),
            "enterpriseNo": who.no[firm],
            "name": np.array([RISKS[t][0] for t in thing], dtype=object),
            "colour": keep(colour, graded),
            "accidentType": np.array([RISKS[t][1] for t in thing], dtype=object),
            "measure": np.array([RISKS[t][2] for t in thing], dtype=object),
            "owner": keep(pick(rng, ("车间主任", "班组长", "设备科长", "仓库主管", "安全员"), n), graded),
            "isPosted": graded & (rng.random(n) < 0.5 + 0.49 * who.tidy[firm]),
            "assessedOn": keep(world.end - days(rng, n, 5, 500), graded),
        },
        dates="assessedOn",
        text="name measure",
        empty="measure owner",
        links={"firm": f["no"][firm]},
    )


def _hazards(book: Ledger, who: Roll) -> dict[str, np.ndarray]:
    """Write the hazards and return what the other tables need of them."""
    world, rng, h = book.world, book.rng("hazards"), book.world.hazards
    told = world.sightings("firms")
    at, text = h["at"].copy(), h["text"].copy()
    at[told["hazard"]], text[told["hazard"]] = told["at"], told["text"]
    known = (h["source"] == "企业自查") | h["seen_by_firms"]
    rows = np.flatnonzero(
        known & who.reports[h["firm"]] & (at < world.end.astype("datetime64[s]") - np.timedelta64(1, "D"))
    )
    rows = rows[np.argsort(at[rows], kind="stable")]
    n, end = len(rows), world.end.astype("datetime64[s]")
    shift = at[rows] - h["at"][rows]
    steps = {}
    for step in STEPS:
        moved = at[rows] if step == "发现" else h[step][rows] + shift
        steps[step] = np.where(moved < end, moved, NAT)
    number = numbered("QYH", n)
    closed, mended = ~np.isnat(steps["核销"]), ~np.isnat(steps["整改"])
    status = np.where(
        closed, "已销号", np.where(mended, "已整改", np.where(~np.isnat(steps["移交"]), "已移交", "整改中"))
    )
    newest = np.max(np.stack([np.where(np.isnat(s), at[rows], s) for s in steps.values()]), axis=0)
    grade = np.array([GRADES[g][0] for g in h["grade"][rows]], dtype=object)
    updated = newest + minutes(rng, n, 5, 240)
    order = np.argsort(updated, kind="stable")
    columns = {
        "hazardNo": number,
        "enterpriseNo": who.no[h["firm"][rows]],
        "inspectionNo": np.full(n, None, dtype=object),
        "foundAt": at[rows],
        "description": text[rows],
        "category": np.array([CATEGORIES[c[:2]] for c in h["clause"][rows]], dtype=object),
        "grade": grade,
        "place": pick(rng, ("一号车间", "二号车间", "原料仓库", "成品仓库", "污水站", "配电间", "宿舍楼"), n),
        "finder": pick(rng, ("安全员", "班组长", "车间主任", "设备维修工"), n, (5, 3, 2, 1)),
        "deadline": h["deadline"][rows],
        "status": status.astype(object),
        "updatedAt": updated,
    }

    def first(s: Spoiler) -> None:
        also = np.flatnonzero((h["source"][rows] != "企业自查")[order])
        kind = "#17 hazard that another department reported first"
        s.note_many(also, "hazardNo", kind, h["no"][rows][order][also], s.table.columns["hazardNo"][also])

    book.add(
        "hazards",
        {c: v[order] for c, v in columns.items()},
        first=first,
        known=updated[order],
        dates="foundAt! deadline",
        words={"grade": GRADE_WORDS, "status": STATUS_WORDS},
        text="description place",
        empty="place finder category",
        links={"hazard": h["no"][rows][order], "firm": world.firms["no"][h["firm"][rows]][order]},
    )
    return {
        "row": rows,
        "no": number,
        "at": at[rows],
        "steps": steps,
        "firm": h["firm"][rows],
        "grade": h["grade"][rows],
    }  # type: ignore[dict-item]


def _inspections(book: Ledger, who: Roll, held: dict) -> None:
    world, rng, f = book.world, book.rng("inspections"), book.world.firms
    calendar = np.arange(world.before, world.end)
    key, rest = who.key(world), who.live[~f["key"][who.live]]
    week = np.arange(0, len(calendar) - 6, 7)
    month = [int((m - world.before).astype(int)) for m in months(world.before, world.end)]
    firm = np.concatenate([np.repeat(key, len(week)), np.repeat(rest, len(month))])
    day = np.concatenate([np.tile(week, len(key)), np.tile(month, len(rest))])
    wide = np.concatenate([np.full(len(key) * len(week), 7), np.full(len(rest) * len(month), 28)])
    done = rng.random(len(firm)) < np.clip(0.35 + 0.68 * who.tidy[firm], 0, 0.99)
    firm, day, wide = firm[done], day[done], wide[done]
    day = calendar[np.minimum(day + (rng.random(len(day)) * wide).astype(int), len(calendar) - 1)]
    n = len(firm)
    found = rng.poisson(np.where(f["key"][firm], 0.35, 0.22) * (0.4 + who.tidy[firm]))
    at = office(rng, day + days(rng, n, 0, 4))
    order = np.argsort(at, kind="stable")
    columns = {
        "inspectionNo": numbered("ZC", n),
        "enterpriseNo": who.no[firm],
        "inspectedOn": day,
        "items": rng.integers(12, 60, n),
        "hazards": found,
        "zeroReport": found == 0,
        "updatedAt": at,
    }
    book.add(
        "self_inspections",
        {c: v[order] for c, v in columns.items()},
        known=at[order],
        dates="inspectedOn!",
        empty="items",
        links={"firm": f["no"][firm[order]]},
    )


def _events(book: Ledger, held: dict) -> None:
    rng = book.rng("events")
    parts = []
    for step in STEPS:
        happened = held["steps"][step]
        rows = np.flatnonzero(~np.isnat(happened))
        parts.append((rows, np.full(len(rows), step.removesuffix("一"), dtype=object), happened[rows]))
    row, state, at = (np.concatenate(p) for p in zip(*parts, strict=True))
    n = len(row)
    late = rng.random(n) < 0.03
    recorded = at + np.where(late, minutes(rng, n, 3000, 9000), minutes(rng, n, 1, 90))
    order = np.argsort(recorded, kind="stable")
    photo = np.isin(state, ["发现", "整改", "核销"])
    hashes = np.array([f"{x:016x}" for x in rng.integers(2**40, 2**62, n)], dtype=object)
    columns = {
        "eventNo": numbered("QYL", n, 7),
        "hazardNo": held["no"][row],
        "state": state,
        "actor": np.array([f"QA{x:04d}" for x in rng.integers(1, 4000, n)], dtype=object),
        "occurredAt": at,
        "recordedAt": recorded,
        "evidenceHash": keep(hashes, photo),
    }
    columns["eventNo"] = columns["eventNo"][np.argsort(order, kind="stable")]
    book.add(
        "hazard_events",
        {c: v[order] for c, v in columns.items()},
        known=recorded[order],
        dates="occurredAt!",
        text="state",
        empty="actor",
        links={"hazard": book.world.hazards["no"][held["row"]][row][order]},
    )


def _rectified(book: Ledger, who: Roll, held: dict) -> None:
    world, rng, h = book.world, book.rng("rectified"), book.world.hazards
    rows, n = held["row"], len(held["row"])
    mended, closed = held["steps"]["整改"], held["steps"]["核销"]
    before = np.array([f"{x:016x}" for x in rng.integers(2**40, 2**62, n)], dtype=object)
    after = np.array([f"{x:016x}" for x in rng.integers(2**40, 2**62, n)], dtype=object)
    scale = np.array([{"general": 0.3, "serious": 3.0, "major": 30.0}[g] for g in held["grade"]])

    def first(s: Spoiler) -> None:
        s.same_photos("photoBefore", "photoAfter", book.rates)

    book.add(
        "rectifications",
        {
            "hazardNo": held["no"],
            "enterpriseNo": who.no[held["firm"]],
            "measure": pick(rng, ("立即清理", "更换设备", "加装防护", "完善台账", "培训教育", "停用整改"), n),
            "cost": np.round(scale * np.exp(rng.normal(0, 0.8, n)), 2),
            "deadline": h["deadline"][rows],
            "rectifiedOn": mended.astype("datetime64[D]"),
            "verifier": keep(pick(rng, ("安全科长", "分管副总", "安全员"), n), ~np.isnat(closed)),
            "verifiedOn": closed.astype("datetime64[D]"),
            "photoBefore": before,
            "photoAfter": keep(after, ~np.isnat(mended)),
        },
        first=first,
        money={"cost": "万元"},
        dates="deadline rectifiedOn verifiedOn",
        text="measure",
        empty="verifier measure",
        links={"hazard": h["no"][rows], "firm": world.firms["no"][held["firm"]]},
    )


def _plans(book: Ledger, who: Roll, held: dict) -> None:
    rng, h = book.rng("plans"), book.world.hazards
    some = np.flatnonzero(held["grade"] == "major")
    n, firm = len(some), held["firm"][some]
    planned = h["plan"][held["row"][some]]
    there = ~np.isnat(planned)
    said = {k: there & (rng.random(n) < 0.7 + 0.29 * who.tidy[firm]) for k in ("hasGoal", "hasMethod", "hasFund", "hasPeople", "hasDeadline", "hasMeasure")}  # fmt: skip
    book.add(
        "major_hazard_plans",
        {
            "hazardNo": held["no"][some],
            "enterpriseNo": who.no[firm],
            "planOn": planned,
            "reportedOn": keep(planned + days(rng, n, 0, 5), there & (rng.random(n) < 0.9)),
            **said,
            "acceptedOn": held["steps"]["核销"][some].astype("datetime64[D]"),
            "publishedOn": keep(planned + days(rng, n, 1, 9), there & (rng.random(n) < 0.7)),
        },
        dates="planOn reportedOn acceptedOn publishedOn",
        links={"hazard": h["no"][held["row"][some]]},
    )


def _sources(book: Ledger, who: Roll) -> None:
    world, rng, f = book.world, book.rng("sources"), book.world.firms
    firm = who.live[f["major_source"][who.live]]
    n = len(firm)
    thing = rng.integers(0, 4, n)
    name = np.array(["甲醇", "甲苯", "液氨", "乙醇"], dtype=object)[thing]
    critical = np.array([500.0, 500.0, 10.0, 500.0])[thing]
    people = rng.choice([0, 12, 40, 70, 130], n, p=[0.1, 0.4, 0.25, 0.15, 0.1])
    alpha = np.select([people >= 100, people >= 50, people >= 30, people >= 1], [2.0, 1.5, 1.2, 1.0], 0.5)
    beta = np.where(name == "液氨", 2.0, 1.0)
    quantity = np.round(critical * np.exp(rng.normal(1.2, 1.0, n)), 1)
    r = np.round(alpha * beta * quantity / critical, 2)
    filed = rng.random(n) < 0.7 + 0.29 * who.tidy[firm]
    book.add(
        "major_hazard_sources",
        {
            "sourceNo": numbered("ZDWX", n, 4),
            "enterpriseNo": who.no[firm],
            "name": np.array([f"{x}储罐区" for x in name], dtype=object),
            "chemical": name,
            "quantity": quantity,
            "critical": critical,
            "alpha": alpha,
            "beta": beta,
            "rValue": r,
            "level": np.select([r >= 100, r >= 50, r >= 10], ["一级", "二级", "三级"], "四级").astype(object),
            "people500m": people,
            "registeredOn": keep(world.end - days(rng, n, 60, 1500), filed),
            "filedNo": keep(numbered("BA330603", n, 5), filed),
            "isMonitored": rng.random(n) < 0.75 + 0.24 * who.tidy[firm],
        },
        dates="registeredOn",
        text="name",
        empty="filedNo",
        links={"firm": f["no"][firm]},
    )

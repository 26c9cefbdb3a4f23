"""The register of firms: names now and before, branches, tenants, leases, licences, grades, insurance."""

from __future__ import annotations

import numpy as np

from simulator import codes
from simulator.departments._book import DAY, days, keep, numbered, pick
from simulator.departments._ledger import Ledger, office
from simulator.departments.firms.roll import Roll
from simulator.dirt import Spoiler, forms

INDUSTRY_CODES = {
    "dyeing": ("1713", "1752", "1762"),
    "weaving": ("1751", "1761", "1712"),
    "chemfibre": ("2822",),
    "chemical": ("2614", "2662", "2641"),
    "machinery": ("3551", "3484", "3429"),
    "metal_smelt": ("3240", "3130", "3391"),
    "construction": ("4710", "4813", "5010"),
    "transport": ("5432", "5421"),
    "warehouse": ("5990", "5930"),
    "crowded": ("5211", "6110", "8870", "9010"),
    "catering": ("6210",),
    "brewing": ("1514",),
    "other": ("2927", "2319", "7290"),
}
OLD_TRADE = {"印染": "漂染", "纺织": "棉纺", "化纤": "涤纶", "机械": "机床", "物流": "储运", "酒业": "酿酒"}
LICENCES = {
    "chemical": ("危险化学品经营许可证", "安全生产许可证"),
    "dyeing": ("危险化学品使用许可证",),
    "transport": ("道路运输经营许可证",),
    "construction": ("建筑施工安全生产许可证",),
}


def write(book: Ledger, who: Roll) -> None:
    """Write the register and what hangs on it."""
    tenants = _tenants(book, who)
    _enterprises(book, who, tenants)
    _names(book, who)
    _leases(book, who, tenants)
    _licences(book, who)
    _grades(book, who)
    _insurance(book, who)


def _tenants(book: Ledger, who: Roll) -> dict[str, np.ndarray]:
    """Return firms inside firms: landlord (position), name, code, staff; they are on no other department's list."""
    world, rng, f = book.world, book.rng("tenants"), book.world.firms
    hosts = who.live[np.isin(f["industry"][who.live], ["weaving", "machinery", "warehouse", "dyeing"])]
    landlord = np.sort(rng.choice(hosts, min(len(hosts), world.n(420))))
    n = len(landlord)
    first, second = list("鸿祥泓诺彩锦尚依丝韵"), list("纺绣染布坊艺达盛越鑫")
    word = pick(rng, ("纺织品有限公司", "绣花厂", "整理厂", "机械配件厂", "包装有限公司"), n)
    made = [f"绍兴{a}{b}{w}" for a, b, w in zip(pick(rng, first, n), pick(rng, second, n), word, strict=True)]
    sole = rng.random(n) < 0.35
    code = codes.uscc(rng, n, ["330603", "330621"], [0.8, 0.2], np.zeros(n, bool), np.where(sole, 2, 1))
    return {
        "landlord": landlord,
        "name": np.array(made, dtype=object),
        "uscc": code,
        "sole": sole,
        "staff": np.maximum(2, np.exp(rng.normal(2.4, 0.6, n))).astype(int),
        "agreed": rng.random(n) < 0.45 + 0.5 * who.tidy[landlord],
    }


def _enterprises(book: Ledger, who: Roll, tenants: dict[str, np.ndarray]) -> None:
    world, rng, f = book.world, book.rng("register"), book.world.firms
    n, m = len(f["no"]), len(tenants["name"])
    branch = rng.choice(n, world.n(90), replace=False)
    b = len(branch)
    branch_code = codes.uscc(rng, b, ["330603"], [1.0], np.zeros(b, bool), np.ones(b, int))
    home = np.concatenate([np.arange(n), tenants["landlord"], branch])
    kind = np.repeat([0, 1, 2], [n, m, b])
    town = f["town"][home]
    size = n + m + b
    village = [world.villages["name"][world.villages["town"] == t] for t in range(16)]
    house, some = rng.integers(1, 900, size), rng.integers(0, 10**6, size)
    address = [
        f"绍兴市柯桥区{world.towns['name'][t]}{village[t][s % len(village[t])]}{h}号{'东侧厂房' if k == 1 else ''}"
        for t, s, h, k in zip(town, some, house, kind, strict=True)
    ]
    sole = np.concatenate([[u[1] == "2" for u in f["uscc"]], tenants["sole"], np.zeros(b, bool)])
    form = np.where(kind == 2, "分公司", np.where(sole, "个体工商户", "有限公司")).astype(object)
    revenue = np.concatenate([f["revenue"], tenants["staff"] * 38.0, f["revenue"][branch] * 0.2])
    staff = np.concatenate([f["staff"], tenants["staff"], np.maximum(2, f["staff"][branch] // 4)])
    number = np.concatenate(
        [who.no, [f"QYT{i:05d}" for i in range(1, m + 1)], [f"QYF{i:05d}" for i in range(1, b + 1)]]
    )
    name = np.concatenate(
        [f["name"], tenants["name"], [f"{x}第{i % 3 + 1}分公司" for i, x in enumerate(f["name"][branch])]]
    )
    code = np.concatenate([f["uscc"], tenants["uscc"], branch_code])
    status = np.concatenate([f["status"], np.full(m + b, "在营", dtype=object)])
    order = np.argsort(number.astype(str), kind="stable")
    updated = office(rng, world.end - days(rng, size, 1, 80))
    industry = [INDUSTRY_CODES[i][h % len(INDUSTRY_CODES[i])] for i, h in zip(f["industry"][home], house, strict=True)]
    columns = {
        "enterpriseNo": number,
        "name": name,
        "uscc": code,
        "legalForm": form,
        "parentUscc": keep(f["uscc"][home], kind == 2),
        "landlordUscc": keep(f["uscc"][home], kind == 1),
        "industry": f["word"][home],
        "industryCode": np.array(industry, dtype=object),
        "townCode": world.towns["nbs9"][town],
        "town": world.towns["name"][town],
        "address": np.array(address, dtype=object),
        "lng": f["lon"][home],
        "lat": f["lat"][home],
        "staff": staff,
        "revenue": revenue,
        "floorArea": np.round(staff * rng.uniform(12, 60, size), 1),
        "isKey": np.where(kind == 0, f["key"][home], False),
        "registeredOn": world.end - days(rng, size, 200, 9000),
        "status": status,
        "safetyPhone": codes.phones(rng, size),
        "updatedAt": updated,
    }
    # tenants and branches are firms of their own, known by their number here
    firm = np.concatenate([f["no"], number[n:]]).astype(object)

    def first(s: Spoiler) -> None:
        held = s.table.columns
        for row in np.flatnonzero([str(u)[2:8] == "330621" for u in held["uscc"]]):
            s.note(
                int(row),
                "uscc",
                "#3 former county in a code (legitimate)",
                held["uscc"][row],
                held["uscc"][row],
                "kept",
            )
        rented = np.array([v is not None for v in held["landlordUscc"]])
        drawn = s._draw(book.rates.uscc_other_firm * 20, "uscc", where=rented)
        if not len(drawn) and book.rates.uscc_other_firm:
            drawn = np.flatnonzero(rented)[:1]  # tenants are few: the kind is never without an example
        for row in drawn:
            clean, dirty = held["uscc"][row], held["landlordUscc"][row]
            s.note(int(row), "uscc", "#13 tenant under the landlord's code", clean, dirty)
            s._put(int(row), "uscc", dirty)
        for kind, column, word in (
            ("#13 cancelled but still listed", "status", "注销"),
            ("#13 branch beside its head office", "legalForm", "分公司"),
            ("#13 sole trader among the firms", "legalForm", "个体工商户"),
        ):
            for row in np.flatnonzero(held[column] == word):
                s.note(int(row), column, kind, word, word)
        s.credit_codes("uscc", book.rates, list(f["uscc"]))
        s.firm_names("name", book.rates)
        s.former_county("address", book.rates)

    book.add(
        "enterprises",
        {c: np.asarray(v)[order] for c, v in columns.items()},
        first=first,
        heads="staff",
        money={"revenue": "万元"},
        areas="floorArea",
        dates="registeredOn",
        text="name address industry",
        empty="address parentUscc industryCode",
        phones="safetyPhone",
        points=("lng", "lat"),
        towns=("townCode", "town"),
        links={"firm": firm[order]},
    )


def _names(book: Ledger, who: Roll) -> None:
    world, rng, f = book.world, book.rng("names"), book.world.firms
    firm = np.sort(rng.choice(len(f["no"]), world.n(360), replace=False))
    n = len(firm)
    old = []
    for i, name in enumerate(f["name"][firm]):
        was = str(name).replace("绍兴柯桥", "绍兴县")
        was = was if i % 3 else was.replace("有限公司", "厂")
        for now, then in OLD_TRADE.items():
            was = was.replace(now, then) if i % 2 else was
        old.append(was if was != name else f"原{was}")
    fifteen = rng.random(n) < 0.5
    rng.integers(10**8, 10**9, n)  # the draw stays: what comes after it in the stream must not move
    before = [forms.old_number(str(u)) for u in f["uscc"][firm]]
    number = np.where(fifteen, before, f["uscc"][firm]).astype(object)
    book.add(
        "name_changes",
        {
            "enterpriseNo": who.no[firm],
            "changeNo": np.full(n, "1", dtype=object),
            "oldName": np.array(old, dtype=object),
            "newName": f["name"][firm],
            "oldUscc": number,
            "changedOn": world.end - days(rng, n, 60, 4000),
        },
        key=2,
        dates="changedOn!",
        text="oldName",
        empty="oldUscc",
        links={"firm": f["no"][firm]},
    )


def _leases(book: Ledger, who: Roll, tenants: dict[str, np.ndarray]) -> None:
    world, rng = book.world, book.rng("leases")
    n = len(tenants["name"])
    signed = world.end - days(rng, n, 20, 900)
    kind = pick(rng, ("厂房出租", "项目发包"), n, (0.85, 0.15))
    book.add(
        "lease_agreements",
        {
            "agreementNo": numbered("XY", n),
            "landlordNo": who.no[tenants["landlord"]],
            "tenantName": tenants["name"],
            "tenantUscc": tenants["uscc"],
            "kind": kind,
            "area": np.round(tenants["staff"] * rng.uniform(15, 60, n), 1),
            "hasSafetyAgreement": tenants["agreed"],
            "isUnified": tenants["agreed"] & (rng.random(n) < 0.85),
            "signedOn": keep(signed, tenants["agreed"]),
            # a lease runs on by the year; one in six was left to lapse
            "validTo": keep(signed + 365 * DAY * np.where(np.arange(n) % 6 > 0, 3, 1), tenants["agreed"]),
        },
        credit="tenantUscc",
        areas="area",
        dates="signedOn validTo",
        text="tenantName",
        empty="validTo",
        links={"firm": np.array([f"QYT{i:05d}" for i in range(1, n + 1)], dtype=object)},
    )


def _licences(book: Ledger, who: Roll) -> None:
    world, rng, f = book.world, book.rng("licences"), book.world.firms
    pairs = [
        (x, k) for x in who.live for k in LICENCES.get(f["industry"][x], ()) if rng.random() < 0.82 + 0.17 * who.tidy[x]
    ]
    firm, kind = np.array([p[0] for p in pairs]), np.array([p[1] for p in pairs], dtype=object)
    n = len(firm)
    issued = world.end - days(rng, n, 30, 1080)
    stale = rng.random(n) < 0.06 * (1 - who.tidy[firm])
    issued = np.where(stale, issued - 400 * DAY, issued)
    book.add(
        "licences",
        {
            "licenceNo": np.array(
                [f"（浙绍）{k[:2]}许证字〔{2020 + i % 6}〕{i:06d}" for i, k in enumerate(kind, 1)], dtype=object
            ),
            "enterpriseNo": who.no[firm],
            "kind": kind,
            "issuer": pick(rng, ("绍兴市应急管理局", "柯桥区应急管理局", "绍兴市交通运输局"), n),
            "issuedOn": issued,
            "validTo": issued + 1095 * DAY,
            "status": np.where(rng.random(n) < 0.985, "有效", "注销").astype(object),
        },
        first=lambda s: s.certificates("validTo", book.rates),
        dates="issuedOn validTo",
        text="issuer",
        links={"firm": f["no"][firm]},
    )


def _grades(book: Ledger, who: Roll) -> None:
    world, rng, f = book.world, book.rng("grades"), book.world.firms
    graded = who.live[rng.random(len(who.live)) < np.where(f["key"][who.live], 0.45 + 0.5 * who.tidy[who.live], 0.35)]
    n = len(graded)
    level = np.where(rng.random(n) < 0.02, "一级", np.where(rng.random(n) < 0.14, "二级", "三级")).astype(object)
    issued = world.end - days(rng, n, 20, 1090)
    issued = np.where(rng.random(n) < 0.10, issued - 700 * DAY, issued)
    book.add(
        "standardisations",
        {
            "certificateNo": numbered("AQB33060", n, 6),
            "enterpriseNo": who.no[graded],
            "level": level,
            "standard": np.full(n, "GB/T 33000", dtype=object),
            "issuedOn": issued,
            "validTo": issued + 1095 * DAY,
        },
        first=lambda s: s.certificates("validTo", book.rates),
        dates="issuedOn validTo",
        empty="standard",
        text="standard",
        links={"firm": f["no"][graded]},
    )


def _insurance(book: Ledger, who: Roll) -> None:
    world, rng, f = book.world, book.rng("insurance"), book.world.firms
    p = np.where(who.high[who.live], 0.62 + 0.37 * who.tidy[who.live], 0.12)
    firm = who.live[rng.random(len(who.live)) < p]
    n = len(firm)
    start = world.end - days(rng, n, 5, 350)
    start = np.where(rng.random(n) < 0.07, start - 380 * DAY, start)
    book.add(
        "liability_insurances",
        {
            "policyNo": numbered("PZAQ2026", n, 8),
            "enterpriseNo": who.no[firm],
            "insurer": pick(rng, ("人保财险", "太保产险", "平安产险", "浙商财险"), n),
            "insuredStaff": np.maximum(1, (f["staff"][firm] * rng.uniform(0.7, 1.0, n)).astype(int)),
            "amount": np.round(f["staff"][firm] * 30.0 + 200, 2),
            "validFrom": start,
            "validTo": start + 365 * DAY,
        },
        dates="validFrom! validTo!",
        heads="insuredStaff",
        money={"amount": "万元"},
        text="insurer",
        empty="insurer",
        links={"firm": f["no"][firm]},
    )

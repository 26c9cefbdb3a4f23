"""Teams, people in them, vehicles, kit, experts, stores and what lies in them, shelters."""

from __future__ import annotations

import numpy as np

from simulator.departments import _supplies
from simulator.departments._book import NAT, days, keep, numbered, pick
from simulator.departments._desk import minutes, when
from simulator.departments.emergency.bureau import Bureau
from simulator.world.places import items

CLASS_WORDS = {
    "professional": "专业消防队", "town_full": "专业消防队", "volunteer": "义务消防队", "station": "应急管理站",
    "civil": "民间救援队", "village": "村社应急队",
}  # fmt: skip
CHAINS = {
    "professional": "消防救援大队", "town_full": "消防救援大队", "volunteer": "村社", "station": "应急管理站",
    "civil": "民政登记组织", "village": "村社",
}  # fmt: skip
DUTY = {"professional": "24小时驻勤", "town_full": "24小时驻勤", "station": "24小时驻勤"}
# code of GB/T 38565 in a pilot list, article, kind, unit, norm of a station
KIT = (
    ("2050101", "执法记录仪", "执法装备", "台", 4), ("2040101", "有毒气体检测仪", "执法装备", "台", 2), ("2050102", "执法文书打印机", "执法装备", "台", 1),
    ("1050101", "应急照明灯", "救援装备", "台", 4), ("2020105", "液压破拆工具", "救援装备", "套", 1), ("2010101", "冲锋舟", "救援装备", "艘", 1),
    ("2010105", "水泵", "救援装备", "台", 2), ("2030101", "对讲机", "通信装备", "台", 10), ("2030102", "卫星电话", "通信装备", "部", 1),
    ("2060101", "救援头盔", "个人防护", "顶", 15), ("2010102", "救生衣", "个人防护", "件", 20), ("2020104", "空气呼吸器", "个人防护", "套", 4),
)  # fmt: skip
FIELDS = ("危险化学品", "消防", "建筑施工", "地质灾害", "防汛", "有限空间", "电气", "特种设备", "应急管理", "医学救援")


def write(b: Bureau) -> None:
    """Write the tables of this part."""
    _teams(b)
    _kit(b)
    _experts(b)
    _stores(b)
    _shelters(b)


def _teams(b: Bureau) -> None:
    rng, t, w = b.rng("teams"), b.world.teams, b.world
    n = len(t["id"])
    firm, village = t["firm"], t["village"]
    host = np.where(firm >= 0, w.firms["name"][firm], np.where(village >= 0, w.villages["name"][village], None))
    uscc = np.where(firm >= 0, w.firms["uscc"][firm], t["uscc"])
    chain = np.array([CHAINS[k] for k in t["kind"]], dtype=object)
    chain[firm >= 0] = "企业"
    s = b.desk.add(
        "yj_team",
        {
            "team_no": b.teams,
            "team_name": t["name"].copy(),
            "team_class_word": np.array([CLASS_WORDS[k] for k in t["kind"]], dtype=object),
            "chain_word": chain,
            "host_name": host,
            "uscc": uscc.astype(object),
            **b.town(t["town"]),
            "village_code": np.where(village >= 0, w.villages["code12"][village], None),
            "lon": t["lon"],
            "lat": t["lat"],
            "duty_mode_word": np.array([DUTY.get(k, "召集") for k in t["kind"]], dtype=object),
            "member_count": t["members"],
            "capability_grade": keep(t["grade"], t["grade"] > 0),
            "is_insured": t["insured"],
            "founded_date": t["founded"],
            "dissolved_date": np.full(n, NAT, "datetime64[D]"),
        },
        dates="founded_date", text="team_name host_name", empty="duty_mode_word", points=True, towns=True,
    )  # fmt: skip
    b.truth.link(s.table, np.arange(n), "team", t["id"])
    b.truth.link(s.table, np.arange(n), "firm", np.where(firm >= 0, w.firms["no"][firm], None))
    civil = np.array([k == "civil" for k in t["kind"]])
    firms = list(w.firms["uscc"][: min(200, len(w.firms["uscc"]))])
    s.cells(
        "uscc", b.rates.category_mixed, "#25 credit code of another kind of body",
        lambda v, r: firms[int(r.integers(len(firms)))], "flagged",
        where=civil,
    )  # fmt: skip
    m = w.team_members
    k = len(m["team"])
    s = b.desk.add(
        "yj_team_member",
        {
            "member_no": numbered("DY", k, 6),
            "team_no": b.teams[m["team"]],
            "person_name": m["name"].copy(),
            "id_number": m["id"].copy(),
            "phone": m["phone"].copy(),
            "origin_word": m["origin"].copy(),
            "role_word": np.where(m["role"] == "队长", "队长", pick(rng, ("队员", "副队长", "驾驶员", "通信员"), k, (8, 1, 1, 0.5))),
            "joined_date": m["joined"],
            "left_date": np.full(k, NAT, "datetime64[D]"),
        },
        ids="id_number", phones="phone", people="person_name", dates="joined_date", empty="phone role_word",
    )  # fmt: skip
    b.truth.link(s.table, np.arange(k), "person", m["id"])
    cars = np.repeat(np.arange(n), t["vehicles"] + (t["kind"] == "station"))
    k = len(cars)
    fire = np.isin(t["kind"][cars], ["professional", "town_full"])
    kind = np.where(
        fire, pick(rng, ("消防车", "抢险救援车", "指挥车"), k, (6, 2, 1)), pick(rng, ("皮卡", "冲锋舟", "无人机", "运兵车"), k, (5, 2, 2, 1))
    )  # fmt: skip
    need = {
        "消防车": "B2",
        "抢险救援车": "B2",
        "指挥车": "C1",
        "皮卡": "C1",
        "冲锋舟": "船舶",
        "无人机": "无人机执照",
        "运兵车": "A2",
    }
    seats = {"消防车": 6, "抢险救援车": 6, "指挥车": 5, "皮卡": 5, "冲锋舟": 8, "无人机": 0, "运兵车": 20}
    bought = w.end - days(rng, k, 400, 3600)
    b.desk.add(
        "yj_vehicle",
        {
            "vehicle_no": numbered("CL", k, 5),
            "team_no": b.teams[cars],
            "vehicle_type_word": kind,
            "licence_class_word": np.array([need[x] for x in kind], dtype=object),
            "seat_count": np.array([seats[x] for x in kind]),
            "vehicle_status_word": pick(rng, ("完好", "维修", "停用"), k, (20, 2, 1)),
            "bought_date": bought,
            "inspected_date": w.end - days(rng, k, 1, 390),
        },
        dates="bought_date inspected_date",
        empty="licence_class_word",
    )


def _kit(b: Bureau) -> None:
    rng, w = b.rng("kit"), b.world
    town, which = (x.ravel() for x in np.meshgrid(np.arange(16), np.arange(len(KIT)), indexing="ij"))
    n = len(town)
    good = b.good("response", town)
    norm = np.array([k[4] for k in KIT])[which]
    have = np.where(
        rng.random(n) < 0.55 + 0.42 * good, norm + rng.integers(0, 3, n), np.floor(norm * rng.uniform(0, 0.9, n))
    )
    usable = np.maximum(0, have - (rng.random(n) < 0.30 - 0.26 * good) * rng.integers(1, 3, n))
    bought = w.end - days(rng, n, 30, 2400)
    s = b.desk.add(
        "yj_equipment",
        {
            "equipment_no": numbered("ZB", n, 6),
            "station_no": b.stations[town],
            "team_no": np.full(n, None, dtype=object),
            "supply_code": np.array([k[0] for k in KIT], dtype=object)[which],
            "article_name": np.array([k[1] for k in KIT], dtype=object)[which],
            "kit_word": np.array([k[2] for k in KIT], dtype=object)[which],
            "norm_quantity": norm,
            "quantity": have.astype(int),
            "usable_quantity": usable.astype(int),
            "measure_word": np.array([k[3] for k in KIT], dtype=object)[which],
            "is_online": rng.random(n) < 0.55 + 0.43 * good,
            "bought_date": bought,
            "expires_date": bought + days(rng, n, 1500, 3600),
        },
        dates="bought_date expires_date", empty="measure_word",
    )  # fmt: skip
    _supplies.rename(s, b.rates, "article_name")


def _experts(b: Bureau) -> None:
    rng, w = b.rng("experts"), b.world
    n = 48
    p = w.pool("experts", n, 51, 7)
    appointed = w.end - days(rng, n, 60, 1000)
    used = rng.random(n) < 0.6
    calls = np.sort(rng.choice(np.flatnonzero(used), 70))
    at = when(w, rng, b.quarter(rng, len(calls)))
    at = np.maximum(at.astype("datetime64[D]"), appointed[calls])
    last = np.full(n, NAT, "datetime64[D]")
    for e, day in zip(calls, at, strict=True):
        last[e] = day if np.isnat(last[e]) else max(last[e], day)
    number = numbered("ZJ", n, 4)
    s = b.desk.add(
        "yj_expert",
        {
            "expert_no": number,
            "person_name": p["name"],
            "phone": p["phone"],
            "field_word": np.array([FIELDS[i % len(FIELDS)] for i in range(n)], dtype=object),
            "title_word": pick(rng, ("正高级", "高级", "中级", "注册安全工程师"), n, (1, 5, 2, 3)),
            "employer_name": pick(rng, ("绍兴文理学院", "柯桥区中医医院", "绍兴市水利局", "浙江工业职业技术学院", "区消防救援大队", "某化工园区管委会"), n),
            "appointed_date": appointed,
            "term_ends_date": appointed + np.timedelta64(1095, "D"),
            "last_used_date": last,
        },
        phones="phone", people="person_name", dates="last_used_date", empty="title_word employer_name",
    )  # fmt: skip
    b.truth.link(s.table, np.arange(n), "person", p["id"])
    m = len(calls)
    b.desk.add(
        "yj_expert_call",
        {
            "call_no": numbered("ZY", m, 5),
            "expert_no": number[calls],
            "purpose_word": pick(rng, ("信息研判", "决策咨询", "事件评估", "隐患会诊", "演练评估"), m),
            "incident_no": keep(pick(rng, b.incidents["no"], m), rng.random(m) < 0.3),
            "called_date": at,
            "hours_count": np.array([f"{h:.1f}" for h in rng.uniform(1, 8, m)], dtype=object),
        },
        dates="called_date!",
    )


def _stores(b: Bureau) -> None:
    rng, w = b.rng("stores"), b.world
    own = np.flatnonzero(w.stores["owner"] == "YJ")
    n = len(own)
    number = numbered("CK", n, 4)
    held = w.stores
    s = b.desk.add(
        "yj_warehouse",
        {
            "warehouse_no": number,
            "warehouse_name": held["name"][own],
            "level_word": np.where(np.arange(n) == 0, "区", "镇街").astype(object),
            **b.town(held["town"][own]),
            "owner_dept_code": np.full(n, "YJ", dtype=object),
            "area_m2": held["area"][own],
            "lon": held["lon"][own],
            "lat": held["lat"][own],
            "keeper_name": held["keeper_name"][own],
            "keeper_phone": held["keeper_phone"][own],
        },
        phones="keeper_phone", people="keeper_name", towns=True, repeat=False,
    )  # fmt: skip
    b.truth.link(s.table, np.arange(n), "store", held["id"][own])
    b.truth.link(s.table, np.arange(n), "person", held["keeper_id"][own])
    known = [i for i in items() if "YJ" in i["owners"].split("|")]
    level, thing = (x.ravel() for x in np.meshgrid(np.arange(2), np.arange(len(known)), indexing="ij"))
    price = np.array([float(i["price"]) for i in known])[thing]
    b.desk.add(
        "yj_stock_norm",
        {
            "norm_no": numbered("BZ", len(level), 5),
            "level_word": np.where(level == 0, "区", "镇街").astype(object),
            "terrain_word": np.full(len(level), "通用", dtype=object),
            "supply_code": np.array([i["code"] for i in known], dtype=object)[thing],
            "article_name": np.array([i["name"] for i in known], dtype=object)[thing],
            "norm_quantity": np.maximum(1, 5000 / price * np.where(level == 0, 4, 1)).astype(int),
            "measure_word": np.array([i["unit"] for i in known], dtype=object)[thing],
            "valid_from_date": np.full(len(level), np.datetime64("2022-01-01")),
        },
        repeat=False,
    )
    k = _held(b, rng, own)
    store, quantity = k["store"], k["quantity"]
    n = len(store)
    good = b.good("response", held["town"][own][store])
    stock_no = numbered("WZ", n, 6)
    what = {c: np.array([items()[i][c] for i in k["item"]], dtype=object) for c in ("code", "name", "unit", "price")}
    unit, price = what["unit"], what["price"]
    s = b.desk.add(
        "yj_stock_item",
        {
            "stock_no": stock_no,
            "warehouse_no": number[store],
            "supply_code": what["code"],
            "article_name": what["name"],
            "quantity": quantity,
            "usable_quantity": np.floor(quantity * np.clip(rng.normal(0.84 + 0.15 * good, 0.05), 0.3, 1)).astype(int),
            "measure_word": unit,
            "unit_price_yuan": price,
            "produced_date": k["bought"],
            "expires_date": k["expires"],
            "is_online": rng.random(n) < 0.5 + 0.48 * good,
            "counted_date": k["counted_on"],
        },
        dates="produced_date counted_date", empty="unit_price_yuan",
    )  # fmt: skip
    b.truth.link(s.table, np.arange(n), "stock", k["id"])
    both = np.flatnonzero(np.isin(k["id"], w.stock["id"][_supplies.shared(w, b.rates, "YJ")[0]]))
    s.hold("quantity", both)
    s.note_many(both, "quantity", _supplies.SHARED, quantity[both], s.table.columns["quantity"][both])
    _supplies.spoil(s, b.rates, "quantity", "measure_word", "article_name")
    s.expired_stock("expires_date", b.rates, str(w.end))
    m = n * 3
    pos = rng.integers(0, n, m)
    at = np.sort(when(w, rng, b.quarter(rng, m)))
    way = pick(rng, ("入库", "出库", "调拨", "报废", "归还"), m, (3, 4, 1, 1, 1))
    out = way == "出库"
    b.desk.add(
        "yj_stock_txn",
        {
            "txn_no": numbered("LS", m, 8),
            "stock_no": stock_no[pos],
            "direction_word": way,
            "quantity": np.maximum(1, (quantity[pos] * rng.uniform(0.01, 0.2, m)).astype(int)),
            "measure_word": unit[pos],
            "incident_no": keep(pick(rng, b.incidents["no"], m), out & (rng.random(m) < 0.6)),
            "ordered_at": keep(at - minutes(rng, m, 5, 180), out),
            "moved_at": at,
        },
        empty="measure_word",
        known=at,
    )
    b.desk.add(
        "yj_stocktake",
        {
            "count_no": numbered("PD", n, 7),
            "stock_no": stock_no,
            "book_quantity": quantity,
            "counted_quantity": k["counted"],
            "unit_price_yuan": price,
            "counted_date": k["counted_on"],
            "counter_name": held["keeper_name"][own][store],
        },
        people="counter_name", dates="counted_date!",
    )  # fmt: skip


def _held(b: Bureau, rng: np.random.Generator, own: np.ndarray) -> dict[str, np.ndarray]:
    """Return the stock of the bureau's stores: the world's, and what a well-run town bought beside it."""
    w, k, all_ = b.world, b.world.stock, items()
    place = {int(o): i for i, o in enumerate(own)}
    rows = np.flatnonzero(np.isin(k["store"], own))
    store = np.array([place[int(x)] for x in k["store"][rows]])
    here = set(zip(store.tolist(), k["item"][rows].tolist(), strict=True))
    ours = [i for i, t in enumerate(all_) if "YJ" in t["owners"].split("|")]
    chance = 0.25 + 0.65 * b.good("response", w.stores["town"][own])
    more = [(x, i) for x in range(1, len(own)) for i in ours if (x, i) not in here and rng.random() < chance[x]]
    n = len(more)
    item = np.array([i for _, i in more], int)
    price = np.array([float(all_[i]["price"]) for i in item])
    months = np.array([int(all_[i]["months"]) for i in item])
    quantity = np.maximum(1, 9000 / price * np.exp(rng.normal(0, 0.4, n))).astype(int)
    bought = w.end - days(rng, n, 20, 900)
    lasts = (np.maximum(months, 1) * 30.4).astype(int).astype("timedelta64[D]")
    return {
        "store": np.concatenate([store, np.array([x for x, _ in more], int)]),
        "item": np.concatenate([k["item"][rows], item]),
        "quantity": np.concatenate([k["quantity"][rows], quantity]),
        "bought": np.concatenate([k["bought"][rows], bought]),
        "expires": np.concatenate([k["expires"][rows], keep(bought + lasts, months > 0)]),
        "counted": np.concatenate([k["counted"][rows], quantity]),
        "counted_on": np.concatenate([k["counted_on"][rows], w.end - days(rng, n, 1, 200)]),
        "id": np.concatenate([k["id"][rows], np.full(n, None)]),
    }


def _shelters(b: Bureau) -> None:
    rng, w, x = b.rng("shelters"), b.world, b.world.shelters
    n = len(x["id"])
    usable = np.floor(x["capacity"] * np.clip(rng.normal(0.75 + 0.25 * b.good("response", x["town"]), 0.1), 0.2, 1))
    accepted = w.end - days(rng, n, 200, 2600)
    s = b.desk.add(
        "yj_shelter",
        {
            "shelter_no": numbered("BZ", n, 4),
            "shelter_name": x["name"].copy(),
            **b.town(x["town"]),
            "village_code": np.where(x["village"] >= 0, w.villages["code12"][x["village"]], None),
            "capacity_count": x["capacity"],
            "usable_capacity_count": usable.astype(int),
            "lon": x["lon"],
            "lat": x["lat"],
            "accepted_date": accepted,
            "checked_date": w.end - days(rng, n, 1, 190),
        },
        dates="accepted_date checked_date", text="shelter_name", points=True, towns=True,
    )  # fmt: skip
    b.truth.link(s.table, np.arange(n), "shelter", x["id"])

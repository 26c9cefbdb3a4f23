"""Teams, crew, engines, response areas, patrols, drills, standby, stores, control rooms."""

from __future__ import annotations

import numpy as np

from simulator.departments import _supplies
from simulator.departments._book import NAT, days, keep, numbered, pick
from simulator.departments._desk import minutes, when
from simulator.departments.fire.brigade import KINDS, Brigade
from simulator.world.places import items


def write(b: Brigade) -> None:
    """Write the tables of this part."""
    _teams(b)
    _duties(b)
    _stores(b)
    _rooms(b)


def _teams(b: Brigade) -> None:
    rng, w, t, row = b.rng("teams"), b.world, b.world.teams, b.rows
    n = len(row)
    kind = t["kind"][row]
    firm, village = t["firm"][row], t["village"][row]
    word = np.array([KINDS[k] for k in kind], dtype=object)
    size = rng.random(n)
    word[kind == "town_full"] = np.where(size[kind == "town_full"] < 0.35, "一级乡镇专职队", "二级乡镇专职队")
    word[firm >= 0] = np.where(size[firm >= 0] < 0.4, "企业专职队", "微型消防站")
    # in every second town the first of the villages' teams is the town's own volunteer team
    of_town = [
        np.flatnonzero((t["town"][row] == c) & (village >= 0) & (kind == "volunteer"))[:1] for c in range(0, 16, 2)
    ]
    word[np.concatenate(of_town).astype(int)] = "乡镇志愿队"
    site = {
        "乡镇志愿队": (310, 520),
        "国家综合性消防救援队": (2500, 4500),
        "一级乡镇专职队": (950, 1250),
        "二级乡镇专职队": (620, 880),
    }
    area = np.array([rng.uniform(*site.get(x, (40, 200))) for x in word])
    chain = np.where(np.isin(kind, ["professional", "town_full"]), "消防救援大队", np.where(firm >= 0, "企业", "村社"))
    s = b.desk.add(
        "teams",
        {
            "team_no": b.teams,
            "team_name": t["name"][row],
            "team_kind_word": word,
            "team_class_word": t["four"][row],
            "chain_word": chain.astype(object),
            "host_name": np.where(firm >= 0, w.firms["name"][firm], np.where(village >= 0, w.villages["name"][village], None)),
            "uscc": np.where(firm >= 0, w.firms["uscc"][firm], None).astype(object),
            **b.town(t["town"][row]),
            "village_code": np.where(village >= 0, w.villages["code12"][village], None),
            "lon": t["lon"][row],
            "lat": t["lat"][row],
            "site_area_m2": area,
            "response_area_km2": np.where(chain == "消防救援大队", rng.uniform(6, 60, n), rng.uniform(0.5, 6, n)),
            "shift_people_count": np.where(kind == "professional", rng.integers(12, 30, n), rng.integers(2, 9, n)),
            "founded_date": t["founded"][row],
        },
        dates="founded_date", codes="uscc", text="team_name host_name", empty="chain_word", points=True, towns=True,
    )  # fmt: skip
    b.truth.link(s.table, np.arange(n), "team", t["id"][row])
    b.truth.link(s.table, np.arange(n), "firm", np.where(firm >= 0, w.firms["no"][firm], None))
    m = w.team_members
    place = {int(r): i for i, r in enumerate(row)}
    who = np.flatnonzero(np.isin(m["team"], row))
    k = len(who)
    of = np.array([place[int(x)] for x in m["team"][who]])
    job = {"professional": "国家编制", "town_full": "政府专职", "volunteer": "志愿"}
    s = b.desk.add(
        "crew_members",
        {
            "member_no": numbered("XY", k, 6),
            "team_no": b.teams[of],
            "person_name": m["name"][who],
            "id_number": m["id"][who],
            "phone": m["phone"][who],
            "duty_word": np.where(m["role"][who] == "队长", "队长", pick(rng, ("班长", "战斗员", "驾驶员", "通信员"), k, (1, 6, 1.5, 0.5))),
            "employment_word": np.array([job[x] for x in kind[of]], dtype=object),
            "joined_date": m["joined"][who],
            "left_date": np.full(k, NAT, "datetime64[D]"),
        },
        ids="id_number", phones="phone", people="person_name", dates="joined_date", empty="phone employment_word",
    )  # fmt: skip
    b.truth.link(s.table, np.arange(k), "person", m["id"][who])
    car = np.repeat(np.arange(n), np.where(np.isin(kind, ["professional", "town_full"]), t["vehicles"][row], 0))
    k = len(car)
    bought = w.end - days(rng, k, 400, 4000)
    b.desk.add(
        "vehicles",
        {
            "vehicle_no": numbered("XC", k, 5),
            "team_no": b.teams[car],
            "vehicle_type_word": pick(
                rng, ("水罐车", "泡沫车", "云梯车", "抢险救援车", "通信指挥车"), k, (6, 2, 1, 2, 1)
            ),
            "tank_litres": rng.integers(2, 13, k) * 1000,
            "vehicle_status_word": pick(rng, ("执勤", "维修", "报废"), k, (18, 2, 0.5)),
            "bought_date": bought,
            "inspected_date": w.end - days(rng, k, 2, 390),
        },
        dates="bought_date inspected_date",
    )
    v = w.villages
    full = b.full_time()
    town = t["town"][row][full]
    pairs = [(f, x) for f, c in zip(full, town, strict=True) for x in np.flatnonzero(v["town"] == c)]
    team, at = (np.array([p[i] for p in pairs]) for i in (0, 1))
    east, north = (t["lon"][row][team] - v["lon"][at]) * 96.4, (t["lat"][row][team] - v["lat"][at]) * 110.9
    far = np.hypot(east, north)
    speed = np.where(np.isin(w.towns["terrain"][v["town"][at]], ["hill", "mountain"]), 28, 38)
    k = len(pairs)
    b.desk.add(
        "response_areas",
        {
            "area_no": numbered("ZQ", k, 6),
            "team_no": b.teams[team],
            **b.town(v["town"][at]),
            "village_code": v["code12"][at],
            "planned_minutes": np.clip(np.round(1.5 + far * 1.4 / speed * 60), 2, 110).astype(int),
            "is_first_due": kind[team] == "town_full",
        },
        towns=True,
    )


def _duties(b: Brigade) -> None:
    rng, w, t = b.rng("duties"), b.world, b.world.teams
    full = b.full_time()
    hill = np.flatnonzero(np.isin(w.towns["terrain"][t["town"][b.rows]], ["hill", "mountain"]))
    n = w.n(240) * len(w.quarters)
    team = rng.choice(hill, n)
    start = np.sort(when(w, rng, rng.integers(0, len(w.quarters), n)))
    b.desk.add(
        "forest_patrols",
        {
            "patrol_no": numbered("XS", n, 7),
            "team_no": b.teams[team],
            **b.town(t["town"][b.rows][team]),
            "started_at": start,
            "ended_at": start + minutes(rng, n, 60, 300),
            "distance_km": np.array([f"{d:.1f}" for d in rng.uniform(3, 30, n)], dtype=object),
            "fire_source_count": rng.poisson(0.15, n),
        },
        dates="ended_at",
        towns=True,
    )
    n = 64
    town = rng.integers(0, 16, n)
    b.desk.add(
        "joint_drills",
        {
            "drill_no": numbered("XL", n, 5),
            "drill_name": pick(
                rng, ("高层火灾扑救联合演练", "危化品泄漏处置联合演练", "森林火灾扑救联合演练", "防汛救援联合演练"), n
            ),
            "partner_word": pick(rng, ("应急管理站", "民间救援队", "企业专职队", "村义务消防队"), n),
            **b.town(town),
            "held_date": w.end - days(rng, n, 3, 360),
            "people_count": rng.integers(15, 140, n),
            "review_score": np.clip(rng.normal(60 + 33 * b.good("response", town), 6), 20, 100).round(1),
        },
        dates="held_date!",
        towns=True,
    )
    day = np.arange(w.start, w.end, 3)
    team, at = (x.ravel() for x in np.meshgrid(full, np.arange(len(day)), indexing="ij"))
    n = len(team)
    start = day[at].astype("datetime64[s]") + np.timedelta64(8, "h")
    base = np.where(t["kind"][b.rows][team] == "professional", 24, 7)
    b.desk.add(
        "standby_rosters",
        {
            "roster_no": numbered("XB", n, 7),
            "team_no": b.teams[team],
            "shift_start_at": start,
            "shift_end_at": start + np.timedelta64(24, "h"),
            "people_count": np.maximum(0, base + rng.integers(-3, 4, n)),
            "partner_name": keep(pick(rng, ("应急管理站", "民间救援队"), n), rng.random(n) < 0.2),
        },
        empty="partner_name",
    )
    waves = w.quarters
    fires = [int(((w.incidents["quarter"] == q) & (w.incidents["kind"] == "火灾")).sum()) for q in range(len(waves))]
    b.desk.add(
        "situation_reports",
        {
            "report_no": numbered("XP", len(waves), 4),
            "period_name": np.array([x[0] for x in waves], dtype=object),
            "conclusion_text": np.full(
                len(waves), "电气故障和用火不慎仍是主要起火原因，出租房和小作坊为重点", dtype=object
            ),
            "fire_count": np.array(fires),
            "issued_date": np.array([x[2] for x in waves]) - days(rng, len(waves), 1, 10),
        },
        dates="issued_date!",
        repeat=False,
    )


def _stores(b: Brigade) -> None:
    rng, w, k, all_ = b.rng("stores"), b.world, b.world.stock, items()
    own = np.flatnonzero(w.stores["owner"] == "XF")
    rows = np.flatnonzero(np.isin(k["store"], own))
    n = len(rows)
    full = b.full_time()
    place = {int(o): full[i % len(full)] for i, o in enumerate(own)}
    quantity = k["quantity"][rows]
    thing = [all_[i] for i in k["item"][rows]]
    s = b.desk.add(
        "stock_items",
        {
            "stock_no": numbered("XK", n, 6),
            "team_no": b.teams[[place[int(x)] for x in k["store"][rows]]],
            **{c: np.array([x[f] for x in thing], dtype=object) for c, f in (("supply_code", "code"), ("article_name", "name"))},
            "quantity": quantity,
            "usable_quantity": np.floor(quantity * rng.uniform(0.85, 1.0, n)).astype(int),
            "measure_word": np.array([x["unit"] for x in thing], dtype=object),
            "produced_date": k["bought"][rows],
            "expires_date": k["expires"][rows],
            "counted_date": k["counted_on"][rows],
        },
        dates="produced_date counted_date",
    )  # fmt: skip
    b.truth.link(s.table, np.arange(n), "stock", k["id"][rows])
    _supplies.spoil(s, b.rates, "quantity", "measureWord", "articleName")
    s.expired_stock("expiresDate", b.rates, str(w.end))


def _rooms(b: Brigade) -> None:
    """Holders who watch the control rooms of crowded and large firms, three shifts of two."""
    rng, w, f = b.rng("rooms"), b.world, b.world.firms
    big = np.flatnonzero(f["key"] & (np.isin(f["industry"], ["crowded", "warehouse"]) | (f["staff"] > 300)))
    count = np.clip(np.round(rng.normal(3.2 + 4.4 * f["quality"][big], 0.9)), 1, 9).astype(int)
    firm = np.repeat(big, count)
    n = len(firm)
    p = w.pool("control room staff", n, 45, 10)
    held = rng.random(n) < 0.62 + 0.40 * f["quality"][firm]
    low = rng.random(n) < 0.34 - 0.34 * f["quality"][firm]
    s = b.desk.add(
        "control_room_staff",
        {
            "record_no": numbered("XZ", n, 6),
            "uscc": f["uscc"][firm],
            "firm_name": f["name"][firm],
            "person_name": p["name"],
            "id_number": p["id"],
            "cert_no": keep(numbered("XFSS", n, 8), held),
            "cert_level_word": keep(np.where(low, "五级", pick(rng, ("三级", "四级"), n, (1, 8))).astype(object), held),
            "issued_date": keep(w.end - days(rng, n, 30, 2500), held),
            "shift_word": np.array(("早班", "中班", "夜班"), dtype=object)[(np.arange(n) - np.searchsorted(firm, firm)) % 3],
        },
        codes="uscc!", ids="id_number", people="person_name", dates="issued_date", text="firm_name", empty="shift_word",
    )  # fmt: skip
    b.truth.link(s.table, np.arange(n), "person", p["id"])
    b.truth.link(s.table, np.arange(n), "firm", f["no"][firm])

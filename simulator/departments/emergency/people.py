"""Units, stations, posts, people, their papers and pay, shifts, roll calls, checks, training, contests, blame."""

from __future__ import annotations

import numpy as np

from simulator.departments._book import NAT, days, keep, numbered, pick
from simulator.departments._desk import minutes, seconds, when
from simulator.departments.emergency.bureau import DEPARTMENTS, RESPONDING, Bureau

POSTS = ("站长", "副站长", "执法岗", "救援岗", "内勤", "巡查岗")
DUTIES = {
    "站长": "统筹站内执法检查、值班备勤和应急处置，召集联合会商",
    "副站长": "协助站长，分管培训演练和物资装备",
    "执法岗": "开展企业检查，查处违法行为，跟踪隐患整改",
    "救援岗": "备勤出动，先期处置，维护救援装备",
    "内勤": "信息报送、台账管理、预警叫应",
    "巡查岗": "辖区巡查，上报隐患，宣传教育",
}
BASES = ("浙江省安全生产条例", "突发事件应对法", "安全生产法", "浙江省综合行政执法条例")


def write(b: Bureau) -> None:
    """Write the tables of this part."""
    _units(b)
    _stations(b)
    _persons(b)
    _papers(b)
    _shifts(b)
    _checks(b)
    _training(b)
    _blame(b)


def _units(b: Bureau) -> None:
    towns, u = b.world.towns, b.units
    short = [n.removesuffix("街道") if n.endswith("街道") else n.removesuffix("镇") for n in towns["name"]]
    n = len(DEPARTMENTS)
    town = np.concatenate([[-1], np.arange(16), np.arange(16), np.full(n, -1)])
    code = [None if t < 0 else towns["code12"][t] for t in town]
    code[0] = "330603000000"
    s = b.desk.add(
        "yj_org_unit",
        {
            "unit_no": np.concatenate([u["centre"], u["station"], u["office"], u["department"]]),
            "unit_name": np.array(
                ["柯桥区应急指挥中心", *[f"{x}应急管理站" for x in short], *[f"{x}应急管理办公室" for x in short],
                 *[f"成员单位{d}" for d in DEPARTMENTS]], dtype=object),
            "unit_type_word": np.array(
                ["区应急指挥中心"] + ["应急管理站"] * 16 + ["应急管理办公室"] * 16 + ["区级部门"] * n, dtype=object),
            "unit_level_word": np.array(["区"] + ["镇街"] * 32 + ["区"] * n, dtype=object),
            **b.town(town),
            "division_code": np.array(code, dtype=object),
            "dept_code": np.array(["YJ"] + [None] * 32 + list(DEPARTMENTS), dtype=object),
            "opened_date": np.concatenate(
                [np.full(17, np.datetime64("2019-03-01")), np.full(16, np.datetime64("2014-01-01")), np.full(n, NAT)]),
            "closed_date": np.full(33 + n, NAT, "datetime64[D]"),
        },
        dates="opened_date", text="unit_name", towns=True,
    )  # fmt: skip
    b.truth.link(s.table, np.arange(1, 17), "town", towns["code12"])
    parent = np.concatenate([np.repeat(u["centre"], 16), u["office"], np.repeat(u["centre"], n)])
    child = np.concatenate([u["station"], u["station"], u["department"]])
    start = np.concatenate(
        [np.full(16, np.datetime64("2019-03-01")), np.full(16, np.datetime64("2020-01-01")),
         np.full(n, np.datetime64("2019-06-01"))])  # fmt: skip
    b.desk.add(
        "yj_org_link",
        {
            "link_no": numbered("GX", 32 + n, 6),
            "parent_unit_no": parent,
            "child_unit_no": child,
            "link_type_word": np.array(["业务指导"] * 16 + ["隶属"] * 16 + ["联动"] * n, dtype=object),
            "valid_from_date": start,
            "valid_to_date": np.full(32 + n, NAT, "datetime64[D]"),
        },
        repeat=False,
    )


def _stations(b: Bureau) -> None:
    rng, towns = b.rng("stations"), b.world.towns
    good = b.good("staff", np.arange(16))
    lon, lat = b.world.scatter(rng, np.arange(16), 0.1)
    opened = np.datetime64("2019-03-01") + days(rng, 16, 0, 500)
    p = b.staff
    own = np.bincount(p["town"][(p["employment"] == "在编") & np.isnat(p["left"])], minlength=16)
    quota = np.maximum(1, np.ceil(own / (0.50 + 0.42 * good) - 0.55)).astype(int)
    posts = np.maximum(quota + 2, 4)
    s = b.desk.add(
        "yj_station",
        {
            "station_no": b.stations,
            "unit_no": b.units["station"],
            "station_name": np.array([f"{t}应急管理站" for t in towns["name"]], dtype=object),
            **b.town(np.arange(16)),
            "is_separate_body": np.ones(16, bool),
            "is_entity": np.ones(16, bool),
            "quota_headcount": quota,
            "full_time_required_count": np.clip(posts - 1, 2, 8),
            "part_time_required_count": rng.integers(8, 16, 16),
            "opened_date": opened,
            "standardised_date": opened + days(rng, 16, 200, 700),
            "lon": lon,
            "lat": lat,
        },
        towns=True,
        repeat=False,
    )
    b.truth.link(s.table, np.arange(16), "town", towns["code12"])
    n = int(posts.sum())
    town = np.repeat(np.arange(16), posts)
    order = np.concatenate([np.arange(q) for q in posts])
    word = np.array([POSTS[min(i, 5)] if i else "站长" for i in order], dtype=object)
    b.desk.add(
        "yj_post",
        {
            "post_no": numbered("GW", n, 5),
            "station_no": b.stations[town],
            "post_word": word,
            "is_quota_post": order < quota[town],
            "duty_text": np.array([DUTIES[w] for w in word], dtype=object),
            "created_date": opened[town],
            "abolished_date": np.full(n, NAT, "datetime64[D]"),
        },
        text="duty_text",
        repeat=False,
    )
    b.posts = {"no": numbered("GW", n, 5), "town": town, "word": word, "opened": opened[town]}
    people = np.array([b.working[t][i] if i < len(b.working[t]) else None for t, i in zip(town, order, strict=True)])
    some = np.array([p is not None for p in people])
    who = {no: i for i, no in enumerate(b.staff["no"])}
    row = np.array([who.get(p, 0) for p in people])
    # a post is filled when somebody of the quota, or in a good town an auxiliary, holds it
    filled = some & ((b.staff["employment"][row] == "在编") | (rng.random(n) < 0.35 + 0.5 * good[town]))
    at = np.flatnonzero(filled)
    gone = np.flatnonzero(rng.random(n) < 0.45 - 0.3 * good[town])
    left = b.staff["no"][np.flatnonzero(~np.isnat(b.staff["left"]))]
    start = np.maximum(b.staff["hired"][row[at]], opened[town[at]])
    old = opened[town[gone]] + days(rng, len(gone), 0, 60)
    until = b.world.end - days(rng, len(gone), 5, 700)
    b.desk.add(
        "yj_post_assignment",
        {
            "assignment_no": numbered("RZ", len(at) + len(gone), 6),
            "post_no": np.concatenate([b.posts["no"][at], b.posts["no"][gone]]),
            "person_no": np.concatenate([people[at], pick(rng, left, len(gone))]),
            "is_quota_staff": np.concatenate([b.staff["employment"][row[at]] == "在编", rng.random(len(gone)) < 0.4]),
            "valid_from_date": np.concatenate([start, old]),
            "valid_to_date": np.concatenate([np.full(len(at), NAT, "datetime64[D]"), np.maximum(until, old)]),
            "leave_reason_word": np.concatenate(
                [np.full(len(at), None), pick(rng, ("调动", "辞职", "退休", "合同到期"), len(gone))]
            ),
        },
        dates="valid_to_date",
        empty="leave_reason_word",
    )
    items = np.repeat(np.arange(n), 3)
    m = len(items)
    signed = (rng.random(n) < 0.55 + 0.43 * good[town])[items] & some[items]
    day = b.world.end - days(rng, m, 20, 600)
    parts = {w: t.split("，") for w, t in DUTIES.items()}
    text = [parts[word[i]][k % len(parts[word[i]])] + ("" if k < 2 else "等事项") for k, i in enumerate(items)]
    b.desk.add(
        "yj_duty_item",
        {
            "item_no": numbered("ZR", m, 6),
            "post_no": b.posts["no"][items],
            "duty_text": np.array(text, dtype=object),
            "legal_basis_name": pick(rng, BASES, m),
            "person_no": keep(people[items], signed),
            "signed_date": keep(day, signed),
            "reviewed_date": keep(day + days(rng, m, 0, 20), signed & (rng.random(m) < 0.5)),
        },
        dates="signed_date",
        text="duty_text",
        empty="legal_basis_name",
    )


def _persons(b: Bureau) -> None:
    rng, p = b.rng("staff"), b.staff
    n = len(p["no"])
    good = b.good("staff", p["town"])
    related = rng.random(n) < 0.12 + 0.40 * good
    years = np.round(np.maximum(0.2, (b.world.end - p["hired"]).astype(int) / 365 * rng.uniform(0.6, 1.0, n)), 1)
    s = b.desk.add(
        "yj_person",
        {
            "person_no": p["no"],
            "station_no": b.stations[p["town"]],
            "person_name": p["name"].copy(),
            "id_number": p["id"].copy(),
            "phone": p["phone"].copy(),
            "employment_word": p["employment"].copy(),
            "education_word": pick(rng, ("高中", "中专", "大专", "本科", "研究生"), n, (0.14, 0.14, 0.38, 0.32, 0.02)),
            "major_name": np.where(
                related,
                pick(rng, ("安全工程", "消防工程", "应急管理", "化学工程", "土木工程"), n),
                pick(rng, ("行政管理", "会计", "法学", "汉语言文学", "计算机应用", "市场营销"), n),
            ),
            "is_major_related": related,
            "is_registered_engineer": rng.random(n) < 0.03 + 0.08 * good,
            "work_years_count": np.array([f"{y:.1f}" for y in np.minimum(years, 44)], dtype=object),
            "recruit_source_word": pick(rng, ("公开招考", "社会招聘", "转岗", "退役军人", "人才引进"), n, (2, 5, 2, 2, 0.3)),
            "hired_date": p["hired"],
            "left_date": p["left"],
        },
        ids="id_number!", phones="phone", people="person_name", dates="hired_date! left_date",
        empty="phone education_word major_name recruit_source_word",
    )  # fmt: skip
    b.truth.link(s.table, np.arange(n), "person", p["id"])
    months = (b.world.end.astype("datetime64[M]") - np.arange(1, 4)).astype("datetime64[D]")
    here = np.flatnonzero(np.isnat(p["left"]))
    kinds = ("基本工资", "值班补助", "绩效奖金")
    who, month, kind = (x.ravel() for x in np.meshgrid(here, np.arange(3), np.arange(3), indexing="ij"))
    m = len(who)
    full = np.where(p["employment"][who] == "兼职", 0.25, np.where(p["employment"][who] == "在编", 1.5, 1.0))
    due = np.round(full * np.array([4200, 900, 1100])[kind] * rng.uniform(0.9, 1.1, m), 2)
    # whoever is paid late is so in some months and items
    settled = rng.random(len(p["no"])) < 0.66 + 0.33 * b.good("staff", p["town"])
    paid = settled[who] | (rng.random(m) < 0.6)
    b.desk.add(
        "yj_pay_item",
        {
            "pay_no": numbered("DY", m, 8),
            "person_no": p["no"][who],
            "pay_month_date": months[month],
            "pay_kind_word": np.array(kinds, dtype=object)[kind],
            "due_yuan": due,
            "paid_yuan": np.where(paid, due, np.round(due * rng.choice([0.0, 0.5, 0.8], m), 2)),
            "paid_date": keep(months[month] + days(rng, m, 33, 50), paid),
        },
        dates="paid_date",
    )


def _papers(b: Bureau) -> None:
    rng, p = b.rng("papers"), b.staff
    m = b.world.team_members
    civil = np.flatnonzero(np.isin(b.world.teams["kind"][m["team"]], ["civil", "town_full", "professional"]))
    members = numbered("DY", len(m["team"]), 6)[civil]
    good = b.good("staff", p["town"])
    kind = np.concatenate([np.full(len(p["no"]), "站所人员", dtype=object), np.full(len(civil), "队员", dtype=object)])
    holder = np.concatenate([p["no"], members])
    chance = np.concatenate([0.72 + 0.27 * good, 0.35 + 0.4 * b.good("staff", b.world.teams["town"][m["team"][civil]])])
    # the good towns have one policy for the whole station
    group = b.rng("group policies").random(16) < 1.5 * b.good("staff", np.arange(16)) - 0.55
    whole = np.concatenate([group[p["town"]] & np.isnat(p["left"]), np.zeros(len(civil), bool)])
    row = np.flatnonzero((rng.random(len(holder)) < chance) | whole)
    n = len(row)
    start = b.world.end - np.where((rng.random(n) < 0.95) | whole[row], days(rng, n, 10, 350), days(rng, n, 370, 500))
    b.desk.add(
        "yj_insurance",
        {
            "insurance_no": numbered("BX", n, 6),
            "holder_type_word": kind[row],
            "person_no": holder[row],
            "insurance_kind_word": np.where(
                whole[row], "人身意外伤害险", pick(rng, ("人身意外伤害险", "工伤保险", "救援责任险"), n, (7, 2, 1))
            ).astype(object),
            "insured_amount_wan": pick(rng, (20.0, 50.0, 80.0, 100.0), n),
            "valid_from_date": start,
            "valid_to_date": start + np.timedelta64(364, "D"),
        },
        empty="insured_amount_wan",
    )
    # the bureau's own list of papers: those the brigade knows too, and what the members of teams hold
    held = b.world.stations.certificates
    who = dict(zip(p["id"], p["no"], strict=True))
    known = [c for c in held if c["kind"] in ("行政执法证", "应急救援员", "红十字救护员") and c["id"] in who]
    k = len(known)
    team_kind = pick(rng, ("应急救援员", "红十字救护员", "驾驶证"), len(civil), (5, 3, 2))
    own = np.flatnonzero(rng.random(len(civil)) < 0.45)
    issued = np.concatenate(
        [np.array([c["issued"] for c in known], "datetime64[D]"), b.world.end - days(rng, len(own), 60, 1500)]
    )
    to = np.array([NAT if c["to"] is None else c["to"] for c in known], "datetime64[D]")
    to = np.concatenate([to, np.where(team_kind[own] == "红十字救护员", issued[k:] + np.timedelta64(1095, "D"), NAT)])
    level = np.concatenate(
        [[c["level"] for c in known], np.where(team_kind[own] == "应急救援员", "五级", np.where(team_kind[own] == "驾驶证", "B2", None))]
    )  # fmt: skip
    reviewed = np.array([NAT if c["reviewed"] is None else c["reviewed"] for c in known], "datetime64[D]")
    driver, licence, day = _licences(b)
    d = len(driver)
    issued, level = np.concatenate([issued, day]), np.concatenate([level, np.where(licence == "驾驶证", "C1", None)])
    to = np.concatenate([to, np.where(licence == "驾驶证", NAT, day + np.timedelta64(730, "D"))])
    total = k + len(own) + d
    state = np.where(~np.isnat(to) & (to < b.world.end), "过期", "有效").astype(object)
    state[:k] = np.where([c["revoked"] is not None for c in known], "注销", state[:k])
    s = b.desk.add(
        "yj_certificate",
        {
            "certificate_no": numbered("ZJ", total, 6),
            "holder_type_word": np.concatenate([np.full(k, "站所人员"), np.full(len(own) + d, "队员")]).astype(object),
            "person_no": np.concatenate([[who[c["id"]] for c in known], members[own], driver]),
            "cert_type_word": np.concatenate([[c["kind"] for c in known], team_kind[own], licence]),
            "cert_no": np.concatenate([[c["no"] for c in known], numbered("DZ", len(own) + d, 6)]),
            "cert_level_word": level,
            "issued_date": issued,
            "valid_to_date": to,
            "reviewed_date": np.concatenate([reviewed, np.full(len(own) + d, NAT)]),
            "stated_status_word": state,
            "has_scan": rng.random(total) < 0.9,
        },
        dates="reviewed_date", empty="cert_no",
    )  # fmt: skip
    s.certificates(
        "valid_to_date", b.rates, status="stated_status_word", today=str(b.world.end - np.timedelta64(1, "D"))
    )


def _licences(b: Bureau) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return holders (member numbers), kinds and days of issue of the driving and drone licences in the squads of stations."""
    rng, m, t = b.rng("licences"), b.world.team_members, b.world.teams
    squad = np.flatnonzero(t["kind"][m["team"]] == "station")
    good = b.good("staff", t["town"][m["team"][squad]])
    drives = squad[rng.random(len(squad)) < 0.06 + 0.34 * good]
    flies = squad[rng.random(len(squad)) < 0.02 + 0.12 * good]
    number = numbered("DY", len(m["team"]), 6)
    kind = np.array(["驾驶证"] * len(drives) + ["无人机操控员执照"] * len(flies), dtype=object)
    age = np.concatenate([days(rng, len(drives), 60, 2400), days(rng, len(flies), 20, 800)])
    return number[np.concatenate([drives, flies])], kind, b.world.end - age


def _shifts(b: Bureau) -> None:
    rng, w = b.rng("shifts"), b.world
    # every day a duty and a standby shift; the bureau keeps those of the period and one day in ten of before
    day = np.arange(w.quarters[0][1], w.end)
    day = day[(day >= w.start) | (np.arange(len(day)) % 10 == 0)]
    town, at, kind = (x.ravel() for x in np.meshgrid(np.arange(16), np.arange(len(day)), np.arange(2), indexing="ij"))
    n = len(town)
    start = seconds(day[at]) + np.where(kind == 0, np.timedelta64(8, "h"), np.timedelta64(17, "h"))
    good = b.good("staff", town)
    planned = np.where(kind == 0, 2, 4)
    met = rng.random(n) < 0.52 + 0.46 * good
    seen = np.where(met, planned, np.maximum(0, planned - rng.integers(1, 3, n)))
    checked = start + minutes(rng, n, -15, 25)
    b.desk.add(
        "yj_duty_roster",
        {
            "roster_no": numbered("ZB", n, 8),
            "station_no": b.stations[town],
            "shift_type_word": np.where(kind == 0, "值班", "备勤").astype(object),
            "person_no": b.someone(rng, town),
            "shift_start_at": start,
            "shift_end_at": start + np.where(kind == 0, np.timedelta64(24, "h"), np.timedelta64(15, "h")),
            "planned_count": planned,
            "present_count": seen,
            "checked_in_at": keep(checked, seen > 0),
            "updated_at": start + np.timedelta64(25, "h"),
        },
        dates="checked_in_at", empty="person_no",
        known=start + np.timedelta64(25, "h"),
    )  # fmt: skip
    week = np.arange(len(w.quarters) * 13)
    town, at = (x.ravel() for x in np.meshgrid(np.arange(16), week, indexing="ij"))
    n = len(town)
    planned_at = seconds(w.quarters[0][1]) + (at * 7 * 86400 + 8 * 3600 + 1800).astype("timedelta64[s]")
    done = rng.random(n) < 0.50 + 0.48 * b.good("staff", town)
    should = np.array([len(x) for x in b.working])[town]
    here = np.minimum(should, np.round(should * np.clip(rng.normal(0.75 + 0.2 * b.good("staff", town), 0.08), 0.3, 1)))
    b.desk.add(
        "yj_roll_call",
        {
            "roll_call_no": numbered("DM", n, 7),
            "station_no": b.stations[town],
            "planned_at": planned_at,
            "called_at": keep(planned_at + minutes(rng, n, 0, 20), done),
            "method_word": pick(rng, ("集合", "视频", "电话"), n, (6, 3, 1)),
            "should_count": should,
            "present_count": keep(here.astype(int), done),
        },
        dates="called_at",
        empty="method_word",
    )
    p = b.staff
    who = np.repeat(np.flatnonzero(np.isnat(p["left"]) & (p["employment"] != "兼职")), 3)
    n = len(who)
    item = pick(rng, ("3000米跑", "引体向上", "负重登楼", "着装", "紧急集合出动"), n)
    span = {"3000米跑": 860, "负重登楼": 75, "着装": 28, "紧急集合出动": 170}
    base = np.array([span.get(i, 0) for i in item])
    took = base * rng.uniform(0.8, 1.25, n) * (1.15 - 0.25 * b.good("staff", p["town"][who]))
    times = rng.integers(2, 18, n)
    b.desk.add(
        "yj_fitness_test",
        {
            "test_no": numbered("TN", n, 6),
            "person_no": p["no"][who],
            "item_word": item,
            "result_seconds": keep(np.array([f"{x:.1f}" for x in took], dtype=object), base > 0),
            "result_count": keep(times, base == 0),
            "is_passed": np.where(base > 0, took <= base, times >= 8),
            "tested_date": b.world.end - days(rng, n, 3, 360),
        },
        dates="tested_date!",
    )


def _checks(b: Bureau) -> None:
    rng, w = b.rng("checks"), b.world
    span = len(w.quarters)
    town = np.repeat(np.arange(16), 9 * span)
    dept = np.repeat(np.array(RESPONDING, dtype=object), 6 * span)
    key = np.flatnonzero(w.firms["key"] & np.isin(w.firms["industry"], ["chemical", "dyeing"]))
    firm = np.repeat(key[: max(1, len(key))], 1)
    n = len(town) + len(dept) + len(firm)
    who = np.concatenate([town, np.full(len(dept), -1), w.firms["town"][firm]])
    q = b.quarter(rng, n)
    at = when(w, rng, q, office=False)
    chance = np.concatenate(
        [0.78 + 0.21 * b.good("response", town, q[: len(town)]), np.full(len(dept), 0.93), np.full(len(firm), 0.85)]
    )
    ok = rng.random(n) < chance
    order = np.argsort(at, kind="stable")
    kind = np.concatenate([np.full(len(town), "镇街"), np.full(len(dept), "部门"), np.full(len(firm), "企业")])
    s = b.desk.add(
        "yj_duty_check",
        {
            "check_no": numbered("CC", n, 7),
            "checked_type_word": kind.astype(object)[order],
            **b.town(who[order]),
            "dept_code": np.concatenate([np.full(len(town), None), dept, np.full(len(firm), None)])[order],
            "uscc": np.concatenate([np.full(n - len(firm), None), w.firms["uscc"][firm]])[order],
            "way_word": pick(rng, ("电话", "视频", "现场"), n, (6, 3, 1)),
            "checked_at": at[order],
            "answered_at": keep(at + _rings(minutes(rng, n, 0.2, 4), chance), ok)[order],
            "is_answered": ok[order],
            "is_leader_present": (rng.random(n) < 0.9),
        },
        dates="answered_at", empty="way_word is_leader_present", towns=True,
    )  # fmt: skip
    checked = np.concatenate([np.full(n - len(firm), None), w.firms["no"][firm]])
    b.truth.link(s.table, np.arange(n), "firm", checked[order])


def _rings(drawn: np.ndarray, chance: np.ndarray) -> np.ndarray:
    """Return how long a desk let it ring, from an even draw of 12 to 240 seconds: most within a minute, more where it is well kept."""
    x, quick = (drawn.astype(int) - 12) / 228, 0.35 + 0.63 * chance
    seconds = np.where(x < quick, 5 + 54 * x / quick, 61 + 179 * (x - quick) / (1 - quick))
    return seconds.astype(int).astype("timedelta64[s]")


def _training(b: Bureau) -> None:
    rng, w = b.rng("training"), b.world
    kinds = ("轮训", "岗前培训", "日常培训", "执法培训")
    town, kind, q = (x.ravel() for x in np.meshgrid(np.arange(16), np.arange(4), np.arange(4), indexing="ij"))
    n = len(town)
    due = np.array([x[2] for x in w.quarters[-4:]])[np.minimum(q, len(w.quarters[-4:]) - 1)] - np.timedelta64(1, "D")
    staff = np.array([len(x) for x in b.working])[town]
    target = np.maximum(1, np.round(staff * np.array([0.3, 0.1, 1.0, 0.25])[kind]).astype(int))
    share = np.clip(rng.normal(0.6 + 0.4 * b.good("staff", town), 0.12), 0, 1)
    done = rng.random(n) < 0.6 + 0.38 * b.good("staff", town)
    b.desk.add(
        "yj_training_plan",
        {
            "plan_no": numbered("PX", n, 5),
            "station_no": b.stations[town],
            "kind_word": np.array(kinds, dtype=object)[kind],
            "target_count": target,
            "trained_count": np.floor(target * share).astype(int),
            "planned_hours": np.array([f"{h}.0" for h in np.array([40, 24, 8, 60])[kind]], dtype=object),
            "cycle_months": np.array([36, 12, 3, 12])[kind],
            "due_date": due,
            "done_date": keep(due - days(rng, n, 0, 30), done),
        },
        dates="done_date",
        empty="cycle_months",
    )
    rows = []
    for level, name, size in (("省级", "全省应急救援技能大比武", 4), ("市级", "绍兴市应急管理技能比武", 10), ("区级", "柯桥区站所技能大比武", 16)):  # fmt: skip
        towns = rng.permutation(np.argsort(-b.good("staff", np.arange(16)))[:size])
        held = w.end - np.timedelta64(int(rng.integers(20, 300)), "D")
        rows += [(name, level, held, int(t), r) for r, t in enumerate(towns, 1)]
    n = len(rows)
    town = np.array([r[3] for r in rows])
    rank = np.array([r[4] for r in rows])
    squads = np.flatnonzero(w.teams["kind"] == "station")
    b.desk.add(
        "yj_contest_result",
        {
            "result_no": numbered("BW", n, 5),
            "contest_name": np.array([r[0] for r in rows], dtype=object),
            "level_word": np.array([r[1] for r in rows], dtype=object),
            "held_date": np.array([r[2] for r in rows], "datetime64[D]"),
            **b.town(town),
            "team_no": b.teams[squads][town],
            "person_no": keep(b.someone(rng, town), rng.random(n) < 0.5),
            "rank_count": rank,
            "award_word": np.array([("一等奖", "二等奖", "三等奖", "优胜奖", None)[min(r - 1, 4)] for r in rank], dtype=object),
        },
        dates="held_date!", towns=True,
    )  # fmt: skip


def _blame(b: Bureau) -> None:
    rng = b.rng("blame")
    n = 36
    weight = 1.3 - b.good("response", np.arange(16))
    town = rng.choice(16, n, p=weight / weight.sum())
    decided = b.world.end - days(rng, n, 5, 700)
    spared = rng.random(n) < 0.25
    number = numbered("WZ", n, 4)
    b.desk.add(
        "yj_accountability",
        {
            "record_no": number,
            "person_no": b.someone(rng, town),
            **b.town(town),
            "reason_word": pick(
                rng, ("履职不力", "迟报漏报", "隐患失管", "弄虚作假", "值守脱岗"), n, (4, 3, 3, 0.5, 2)
            ),
            "measure_word": pick(rng, ("谈话提醒", "批评教育", "诫勉", "通报", "处分"), n, (5, 3, 1, 2, 0.5)),
            "decided_date": decided,
            "is_exempted": spared,
        },
        dates="decided_date!",
        towns=True,
    )
    at = np.flatnonzero(spared | (rng.random(n) < 0.15))
    m = len(at)
    asked = decided[at] - days(rng, m, 12, 40)
    settled = rng.random(m) < 0.9
    b.desk.add(
        "yj_exemption",
        {
            "case_no": numbered("RC", m, 4),
            "record_no": number[at],
            **b.town(town[at]),
            "basis_name": np.full(m, "柯桥区应急管理容错免责实施办法（试行）", dtype=object),
            "applied_date": asked,
            "decided_date": keep(asked + days(rng, m, 3, 12), settled),
            "result_word": keep(np.where(spared[at], pick(rng, ("予以免责", "减轻"), m), "不予免责"), settled),
        },
        dates="decided_date", towns=True,
    )  # fmt: skip

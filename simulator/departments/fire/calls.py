"""Calls and who came, inspections and the hazards they found."""

from __future__ import annotations

import numpy as np

from simulator.departments._book import days, keep, numbered, pick
from simulator.departments._desk import minutes, when
from simulator.departments.fire.brigade import Brigade

HAZARD_WORDS = {"一般": ("一般火灾隐患", "普通"), "较大": ("中等",), "重大": ("重大火灾隐患", "重大隐患")}
STATUS_WORDS = {"已改正": ("整改完毕", "办结", "核销"), "改正中": ("整改中", "待整改")}
GRADES = {"general": "一般", "serious": "较大", "major": "重大"}


def write(b: Brigade) -> None:
    """Write the tables of this part."""
    _calls(b)
    _inspections(b)


def _calls(b: Brigade) -> None:
    rng, w, t = b.rng("calls"), b.world, b.world.teams
    i = w.incidents
    row = np.flatnonzero(np.isin(i["kind"], ["火灾", "抢险救援", "社会救助"]))
    x = {c: i[c][row] for c in i}
    n = len(row)
    kind = np.array(
        [{"火灾": "火灾扑救", "抢险救援": "抢险救援", "社会救助": "社会救助"}[k] for k in x["kind"]], dtype=object
    )
    sent = x["dispatch"]
    came = np.maximum(x["arrive"], sent + np.timedelta64(60, "s"))
    left = sent + (came - sent) // 5
    over = np.maximum(x["close"], came + np.timedelta64(300, "s"))
    calm = came + (over - came) // 2
    ok = ~np.isnat(came)
    updated = np.where(ok, over, sent + np.timedelta64(3600, "s")) + minutes(rng, n, 10, 900)
    number = numbered("XJ", n, 9)
    place = [f"{v}{h}号附近" for v, h in zip(w.villages["name"][x["village"]], x["house"], strict=True)]
    s = b.desk.add(
        "calls",
        {
            "call_no": number,
            "call_kind_word": kind,
            **b.town(x["town"]),
            "place": np.array(place, dtype=object),
            "lon": x["lon"],
            "lat": x["lat"],
            "alarm_at": x["alarm"],
            "dispatched_at": sent,
            "departed_at": keep(left, ok),
            "arrived_at": keep(came, ok),
            "controlled_at": keep(calm, ok),
            "ended_at": keep(over, ok),
            "death_count": (rng.random(n) < 0.002).astype(int),
            "loss_wan": keep(np.exp(rng.normal(0, 1.2, n)), kind == "火灾扑救"),
            "updated_at": updated,
        },
        dates="departed_at controlled_at", text="place", empty="loss_wan", points=True, towns=True, known=updated,
    )  # fmt: skip
    b.truth.link(s.table, np.arange(n), "incident", x["no"])
    full = b.full_time()
    base = t["town"][b.rows][full]
    by_town = [full[base == c] for c in range(16)]
    draw = rng.integers(0, 10**6, n)
    team = np.array([by_town[c][d % len(by_town[c])] for c, d in zip(x["town"], draw, strict=True)])
    joint = rng.random(n) < 0.28 + 0.62 * b.good("response", x["town"], x["quarter"])
    at = np.concatenate([np.arange(n), np.flatnonzero(joint)])
    with_station = np.concatenate([np.zeros(n, bool), np.ones(joint.sum(), bool)])
    m = len(at)
    arrived = np.where(with_station, came[at] + minutes(rng, m, 0, 12), came[at])
    order = np.argsort(updated[at], kind="stable")
    at, with_station, arrived = at[order], with_station[order], arrived[order]
    b.desk.add(
        "call_teams",
        {
            "record_no": numbered("XT", m, 8),
            "call_no": number[at],
            "team_no": keep(b.teams[team[at]], ~with_station),
            "station_team_name": keep(np.array([f"{c}应急管理站队伍" for c in w.towns["name"][x["town"][at]]], dtype=object), with_station),
            "called_at": sent[at],
            "arrived_at": keep(arrived, ok[at]),
            "people_count": rng.integers(3, 14, m),
            "is_joint": joint[at],
            "is_nearest": rng.random(m) < 0.9,
            "updated_at": updated[at],
        },
        dates="arrived_at", empty="is_nearest", known=updated[at],
    )  # fmt: skip


def _inspections(b: Brigade) -> None:
    rng, w, f = b.rng("inspections"), b.world, b.world.firms
    n = w.n(420) * len(w.quarters)
    firm = rng.choice(len(f["no"]), n, p=np.where(f["key"], 5.0, 1.0) / np.where(f["key"], 5.0, 1.0).sum())
    q = rng.integers(0, len(w.quarters), n)
    at = np.sort(when(w, rng, q))
    found = rng.poisson(0.8 + 1.2 * (1 - f["quality"][firm]), n)
    updated = at + minutes(rng, n, 30, 2000)
    number = numbered("XI", n, 8)
    s = b.desk.add(
        "inspections",
        {
            "inspection_no": number,
            "uscc": f["uscc"][firm],
            "firm_name": f["name"][firm],
            **b.town(f["town"][firm]),
            "is_key_unit": f["key"][firm],
            "inspected_at": at,
            "hazard_count": found,
            "result_word": np.where(found == 0, "合格", pick(rng, ("责令改正", "临时查封", "处罚"), n, (20, 0.5, 1))),
            "updated_at": updated,
        },
        codes="uscc", dates="inspected_at!", text="firm_name", empty="is_key_unit", towns=True, known=updated,
    )  # fmt: skip
    b.truth.link(s.table, np.arange(n), "firm", f["no"][firm])
    seen, h = w.sightings("fire"), w.hazards
    own = np.repeat(np.arange(n), np.minimum(found, 2))
    own = own[rng.random(len(own)) < 0.7]
    n_s, k = len(seen["at"]), len(seen["at"]) + len(own)
    firm = np.concatenate([h["firm"][seen["hazard"]], firm[own]])
    when_ = np.concatenate([seen["at"], at[own] + minutes(rng, len(own), 5, 90)])
    say = ("安全出口上锁", "自动喷淋系统故障", "灭火器过期", "消防车道被占用", "电气线路未穿管", "疏散指示损坏")
    text = np.concatenate([seen["text"], pick(rng, say, len(own))])
    grade = np.concatenate(
        [h["grade"][seen["hazard"]], pick(rng, ("general", "serious", "major"), len(own), (95, 4, 1))]
    )
    near = rng.normal(0, 0.0001, (2, len(own)))
    lon = np.concatenate([seen["lon"], f["lon"][firm[n_s:]] + near[0]])
    lat = np.concatenate([seen["lat"], f["lat"][firm[n_s:]] + near[1]])
    visit = np.concatenate([np.full(n_s, None), number[own]])
    world = np.concatenate([h["no"][seen["hazard"]], np.full(len(own), None)])
    order = np.argsort(when_, kind="stable")
    firm, when_, text, grade, lon, lat, visit, world = (
        c[order] for c in (firm, when_, text, grade, lon, lat, visit, world)
    )
    town = f["town"][firm]
    limit = days(rng, k, 7, 31)
    took = limit.astype(int) * 86400 * np.where(rng.random(k) < 0.76 + 0.22 * b.good("hazard", town), rng.uniform(0.1, 0.95, k), rng.uniform(1.1, 2, k))  # fmt: skip
    mended = when_ + took.astype(int).astype("timedelta64[s]")
    done = mended < b.end
    updated = np.where(done, mended, np.minimum(when_ + np.timedelta64(86400, "s"), b.end)) + np.timedelta64(120, "s")
    s = b.desk.add(
        "fire_hazards",
        {
            "hazard_no": numbered("XH", k, 8),
            "inspection_no": visit,
            "firm_name": f["name"][firm],
            "uscc": f["uscc"][firm],
            **b.town(town),
            "place": pick(rng, ("一层车间", "二层仓库", "配电房", "宿舍楼道", "装卸区"), k),
            "hazard_text": text,
            "grade_word": np.array([GRADES[g] for g in grade], dtype=object),
            "lon": lon,
            "lat": lat,
            "found_at": when_,
            "deadline_date": when_.astype("datetime64[D]") + limit,
            "corrected_at": keep(mended, done),
            "status_word": np.where(done, "已改正", "改正中").astype(object),
            "updated_at": updated,
        },
        codes="uscc", dates="found_at! deadline_date corrected_at", text="firm_name hazard_text", empty="place",
        points=True,
        anchored=order >= n_s, towns=True, known=updated,
    )  # fmt: skip
    s.words("gradeWord", b.rates, HAZARD_WORDS)
    s.words("statusWord", b.rates, STATUS_WORDS)
    b.truth.link(s.table, np.arange(k), "hazard", world)
    b.truth.link(s.table, np.arange(k), "firm", f["no"][firm])

"""Incidents and what was done about them: orders, logs, reports, turnouts, reviews, accidents."""

from __future__ import annotations

import numpy as np

from simulator.departments._book import days, keep, numbered, pick
from simulator.departments._desk import minutes, when
from simulator.departments.emergency.bureau import RESPONDING, Bureau

TYPES = {"火灾": ("20301", "20302", "20399"), "抢险救援": ("20201", "20401", "10301", "20599")}
STEPS = ("接报", "研判", "调度", "到场", "处置", "报告", "结束")
# class of the team that comes first, by the world's position in FIRST_TEAMS; the police come without a team of ours
FIRST = {0: ("station",), 1: ("town_full", "professional"), 2: ("volunteer",), 4: ("civil",)}


def write(b: Bureau) -> None:
    """Write the tables of this part."""
    _incidents(b)
    _orders(b)
    _reports(b)
    _turnouts(b)
    _accidents(b)


def _incidents(b: Bureau) -> None:
    rng, w = b.rng("incidents"), b.world
    row = b.incidents["row"]
    x = {k: v[row] for k, v in w.incidents.items()}
    n = len(row)
    draw = rng.integers(0, 100, n)
    code = np.array([TYPES[k][d % len(TYPES[k])] for k, d in zip(x["kind"], draw, strict=True)], dtype=object)
    level = pick(rng, ("一般以下", "一般", "较大"), n, (94, 5.9, 0.1))
    hurt = np.where(rng.random(n) < 0.06, rng.integers(1, 4, n), 0)
    dead = np.where((level != "一般以下") & (rng.random(n) < 0.1), 1, 0)
    town = w.towns["name"][x["town"]]
    village = w.villages["name"][x["village"]]
    received = x["alarm"] + minutes(rng, n, 0.5, 4)
    s = b.desk.add(
        "yj_incident",
        {
            "incident_no": b.incidents["no"],
            "title": np.array([f"{t}{v}{k}" for t, v, k in zip(town, village, x["kind"], strict=True)], dtype=object),
            "event_type_code": code,
            "level_word": level,
            **b.town(x["town"]),
            "place": np.array([f"{v}{h}号附近" for v, h in zip(village, x["house"], strict=True)], dtype=object),
            "lon": x["lon"],
            "lat": x["lat"],
            "occurred_at": x["alarm"] - minutes(rng, n, 1, 12),
            "received_at": received,
            "channel_word": pick(rng, ("119联动", "110联动", "网格上报", "企业报告", "群众来电", "智能感知"), n, (5, 4, 1, 1, 1, 1)),
            "death_count": dead,
            "injured_count": hurt,
            "loss_wan": np.exp(rng.normal(0.2, 1.2, n)),
            "status_word": np.where(x["close"] < b.end, pick(rng, ("已办结", "已归档"), n), "处置中"),
            "updated_at": x["updated"],
        },
        dates="occurred_at! received_at!", text="title place", empty="place loss_wan", points=True, towns=True,
        known=x["updated"],
    )  # fmt: skip
    b.truth.link(s.table, np.arange(n), "incident", x["no"])
    s.words("status_word", b.rates, {"已办结": ("办结", "完成", "已闭环", "核销"), "已归档": ("归档",)})
    m = n * len(STEPS)
    at, step = (v.ravel() for v in np.meshgrid(np.arange(n), np.arange(len(STEPS)), indexing="ij"))
    good = b.good("response", x["town"], x["quarter"])
    judged = (
        received + minutes(rng, n, 0.5, 3) + (minutes(rng, n, 0, 8).astype(int) * (1 - good)).astype("timedelta64[s]")
    )
    came = np.where(np.isnat(x["arrive"]), judged + np.timedelta64(1800, "s"), x["arrive"])
    came = np.maximum(came, judged + np.timedelta64(60, "s"))
    over = np.maximum(x["close"], came + np.timedelta64(600, "s"))
    chain = np.stack(
        [received, judged, judged + np.timedelta64(30, "s"), came, came + (over - came) // 3, came + (over - came) // 2, over], axis=1
    ).ravel()  # fmt: skip
    entered = chain + minutes(rng, m, 0, 20)
    happened = ~((step == 3) & np.isnat(x["arrive"])[at])
    keep_ = np.flatnonzero(happened)
    order = keep_[np.argsort(entered[keep_], kind="stable")]
    b.desk.add(
        "yj_action_log",
        {
            "log_no": numbered("RZ", len(order), 9),
            "incident_no": b.incidents["no"][at[order]],
            "step_word": np.array(STEPS, dtype=object)[step[order]],
            "unit_no": np.where(
                np.isin(step[order], (3, 4)), b.units["station"][x["town"][at[order]]], b.units["centre"][0]
            ),
            "action_text": np.array([f"{STEPS[k]}情况已记录" for k in step[order]], dtype=object),
            "acted_at": chain[order],
            "recorded_at": entered[order],
        },
        dates="acted_at!",
        empty="action_text",
        known=entered[order],
    )
    b.chain = {"received": received, "judged": judged, "arrived": came, "over": over, "good": good}


def _orders(b: Bureau) -> None:
    rng, w = b.rng("orders"), b.world
    town = w.incidents["town"][b.incidents["row"]]
    n = len(town)
    who = np.concatenate([np.arange(n), np.flatnonzero(rng.random(n) < 0.45), np.flatnonzero(rng.random(n) < 0.35)])
    kind = np.concatenate([np.full(n, "镇街"), np.full(len(who) - n, "部门")]).astype(object)
    m = len(who)
    dept = np.where(kind == "部门", pick(rng, RESPONDING, m), None)
    issued = b.chain["judged"][who] + minutes(rng, m, 0.3, 2)
    good = np.where(kind == "部门", 0.75, b.chain["good"][who])
    late = rng.random(m) > 0.70 + 0.28 * good
    signed = issued + np.where(late, minutes(rng, m, 11, 60), minutes(rng, m, 0.5, 9.5))
    done = np.maximum(b.chain["over"][who], signed + np.timedelta64(300, "s"))
    never = rng.random(m) < 0.015
    updated = done + np.timedelta64(600, "s")
    order = np.argsort(issued, kind="stable")
    b.desk.add(
        "yj_dispatch_order",
        {
            "order_no": numbered("ZL", m, 9),
            "incident_no": b.incidents["no"][who[order]],
            "receiver_type_word": kind[order],
            "team_no": np.full(m, None, dtype=object),
            "dept_code": dept[order],
            **b.town(np.where(kind == "镇街", town[who], -1)[order]),
            "order_text": pick(rng, ("赶赴现场先期处置", "派员到场协同处置", "核实情况并反馈", "做好人员疏散"), m),
            "issued_at": issued[order],
            "signed_at": keep(signed, ~never)[order],
            "done_at": keep(done, ~never)[order],
            "updated_at": updated[order],
        },
        dates="signed_at",
        empty="order_text",
        towns=True,
        known=updated[order],
    )


def _reports(b: Bureau) -> None:
    rng, w = b.rng("reports"), b.world
    town = w.incidents["town"][b.incidents["row"]]
    # whatever has a grade, and some below it that a department or a town had to report
    graded = np.flatnonzero(rng.random(len(town)) < 0.22)
    parts = []
    for kind, chance, hours in (("初报", 1.0, 1), ("续报", 0.25, 4), ("终报", 0.5, 24)):
        at = graded[rng.random(len(graded)) < chance]
        parts.append((at, np.full(len(at), kind, dtype=object), np.full(len(at), hours)))
    at, kind, hours = (np.concatenate(x) for x in zip(*parts, strict=True))
    n = len(at)
    by_dept = rng.random(n) < 0.3
    due = b.chain["received"][at] + (hours * 3600).astype("timedelta64[s]")
    good = np.where(by_dept, 0.8, b.chain["good"][at])
    late = rng.random(n) > 0.80 + 0.19 * good
    missed = late & (rng.random(n) < 0.06)
    phoned = b.chain["received"][at] + np.where(late, minutes(rng, n, 31, 90), minutes(rng, n, 3, 29))
    written = np.where(late, due + minutes(rng, n, 2, 120), due - minutes(rng, n, 2, 50))
    finding = np.where(missed, pick(rng, ("漏报", "瞒报"), n, (20, 1)), np.where(late, "迟报", "正常"))
    b.desk.add(
        "yj_incident_report",
        {
            "report_no": numbered("BG", n, 8),
            "incident_no": b.incidents["no"][at],
            "report_kind_word": kind,
            "reporter_type_word": np.where(by_dept, "部门", "镇街").astype(object),
            **b.town(np.where(by_dept, -1, town[at])),
            "dept_code": np.where(by_dept, pick(rng, RESPONDING, n), None),
            "due_at": due,
            "phoned_at": keep(phoned, ~missed & (kind == "初报")),
            "written_at": keep(written, ~missed),
            "finding_word": finding.astype(object),
        },
        dates="written_at", towns=True,
    )  # fmt: skip
    n = len(graded) // 3
    at = np.sort(rng.choice(graded, n, replace=False))
    base = 55 + 40 * b.chain["good"][at]
    command, rescue = (np.clip(rng.normal(base, 6), 20, 100) for _ in range(2))
    b.desk.add(
        "yj_incident_review",
        {
            "review_no": numbered("PG", n, 6),
            "incident_no": b.incidents["no"][at],
            "lead_unit_no": np.repeat(b.units["centre"], n),
            "command_score": command,
            "rescue_score": rescue,
            "total_score": (command + rescue) / 2,
            "finding_text": pick(rng, ("指令下达偏慢", "现场警戒不足", "通信不畅", "装备准备不足", "协同较好"), n),
            "reviewed_date": b.chain["over"][at].astype("datetime64[D]") + days(rng, n, 3, 25),
        },
        dates="reviewed_date!",
        empty="finding_text",
    )


def _turnouts(b: Bureau) -> None:
    rng, w, t = b.rng("turnouts"), b.world, b.world.teams
    x = {k: v[b.incidents["row"]] for k, v in w.incidents.items()}
    n = len(x["town"])
    of = {k: [np.flatnonzero((t["kind"] == k) & (t["town"] == c)) for c in range(16)] for k in ("station", "town_full", "volunteer")}  # fmt: skip
    anywhere = {k: np.flatnonzero(t["kind"] == k) for k in ("professional", "civil", "volunteer")}
    draw = rng.integers(0, 10**6, n)

    def team(kind: str, town: int, d: int) -> int:
        own = of[kind][town] if kind in of else anywhere[kind]
        own = own if len(own) else anywhere["volunteer"]
        return int(own[d % len(own)])

    first = np.array(
        [team(FIRST[int(k)][d % len(FIRST[int(k)])], c, d) if int(k) in FIRST else -1
         for k, c, d in zip(x["team"], x["town"], draw, strict=True)])  # fmt: skip
    joint = rng.random(n) < 0.28 + 0.62 * b.chain["good"]
    second = np.array(
        [
            team("town_full" if int(k) == 0 else "station", c, d)
            for k, c, d in zip(x["team"], x["town"], draw, strict=True)
        ]
    )
    helper = np.where(rng.random(n) < 0.05, anywhere["professional"][draw % len(anywhere["professional"])], -1)
    at = np.concatenate([np.flatnonzero(first >= 0), np.flatnonzero(joint), np.flatnonzero(helper >= 0)])
    who = np.concatenate([first[first >= 0], second[joint], helper[helper >= 0]])
    turn = np.concatenate([np.zeros((first >= 0).sum()), np.ones(joint.sum()), np.full((helper >= 0).sum(), 2)])
    m = len(at)
    called = np.maximum(b.chain["judged"][at], x["dispatch"][at])
    arrived = np.maximum(x["arrive"][at], called + np.timedelta64(90, "s"))
    arrived = np.where(turn == 0, arrived, arrived + minutes(rng, m, 1, 14))
    came = ~np.isnat(arrived)
    left = called + (arrived - called) // 4
    back = np.maximum(x["close"][at], arrived) + minutes(rng, m, 10, 60)
    people = np.where(t["kind"][who] == "professional", rng.integers(8, 22, m), rng.integers(3, 9, m))
    hours = people * np.where(came, (back - called).astype(int), 0) / 3600
    updated = np.where(came, back, called + np.timedelta64(7200, "s")) + np.timedelta64(900, "s")
    order = np.argsort(called, kind="stable")
    cross = (t["town"][who] != x["town"][at])[order]
    s = b.desk.add(
        "yj_turnout",
        {
            "turnout_no": numbered("CD", m, 8),
            "incident_no": b.incidents["no"][at[order]],
            "team_no": b.teams[who[order]],
            "called_at": called[order],
            "departed_at": keep(left, came)[order],
            "arrived_at": keep(arrived, came)[order],
            "returned_at": keep(back, came)[order],
            "planned_minutes": np.where(b.world.towns["terrain"][x["town"][at]] == "mountain", 25, 15)[order],
            "people_count": people[order],
            "person_hours": hours[order],
            "is_nearest": rng.random(m) < 0.88,
            "is_cross_town": cross,
            "is_with_national_team": (t["kind"][who] == "professional")[order] | (rng.random(m) < 0.06),
            "updated_at": updated[order],
        },
        dates="departed_at returned_at", empty="is_nearest", known=updated[order],
    )  # fmt: skip
    b.truth.link(s.table, np.arange(m), "incident", x["no"][at[order]])
    k = 60
    start = when(w, rng, b.quarter(rng, k), office=False)
    squads = np.flatnonzero(np.isin(t["kind"], ["station", "town_full", "civil"]))
    b.desk.add(
        "yj_joint_standby",
        {
            "standby_no": numbered("BQ", k, 5),
            "team_no": b.teams[squads[rng.integers(0, len(squads), k)]],
            "partner_name": pick(rng, ("柯桥消防救援站", "华舍消防救援站", "马鞍消防救援站"), k),
            "reason_word": pick(rng, ("台风", "汛期", "重大活动", "森林防火", "节假日"), k),
            "people_count": rng.integers(4, 16, k),
            "started_at": start,
            "ended_at": start + minutes(rng, k, 300, 2800),
        },
        dates="ended_at",
    )


def _accidents(b: Bureau) -> None:
    """Work accidents of four years: few, fewer where the town is good."""
    rng, w = b.rng("accidents"), b.world
    weight = np.sqrt(np.bincount(w.firms["town"], minlength=16)) * (1.35 - b.good("hazard", np.arange(16)))
    n = 190
    town = rng.choice(16, n, p=weight / weight.sum())
    at = (w.end - days(rng, n, 2, 1460)).astype("datetime64[s]") - minutes(rng, n, 0, 1000)
    of = [np.flatnonzero(w.firms["town"] == t) for t in range(16)]
    firm = np.array([rng.choice(of[t]) if len(of[t]) else 0 for t in town])
    town = w.firms["town"][firm]
    grade = np.where(rng.random(n) < 0.008, "较大", "一般").astype(object)
    dead = np.where(grade == "较大", 3, (rng.random(n) < 0.35).astype(int))
    told = rng.random(n) < 0.9
    kinds = (
        "机械伤害",
        "高处坠落",
        "车辆伤害",
        "物体打击",
        "触电",
        "火灾",
        "中毒和窒息",
        "坍塌",
        "起重伤害",
        "灼烫",
        "其他伤害",
    )
    order = np.argsort(at, kind="stable")
    s = b.desk.add(
        "yj_accident",
        {
            "accident_no": numbered("SG", n, 6),
            "incident_no": np.full(n, None, dtype=object),
            **b.town(town[order]),
            "firm_name": w.firms["name"][firm[order]],
            "uscc": w.firms["uscc"][firm[order]],
            "accident_type_word": pick(rng, kinds, n, (5, 5, 4, 3, 2, 3, 2, 1, 1, 1, 1)),
            "grade_word": grade[order],
            "death_count": dead[order],
            "serious_injury_count": rng.integers(0, 3, n),
            "loss_wan": np.exp(rng.normal(4, 0.8, n)),
            "is_responsible": rng.random(n) < 0.7,
            "occurred_at": at[order],
            "firm_reported_at": (at + np.where(told, minutes(rng, n, 8, 58), minutes(rng, n, 65, 900)))[order],
            "closed_date": keep(at.astype("datetime64[D]") + days(rng, n, 40, 120), at < b.end - np.timedelta64(120, "D"))[order],
        },
        dates="firm_reported_at closed_date", text="firm_name", empty="loss_wan is_responsible", codes="uscc", towns=True,
    )  # fmt: skip
    b.truth.link(s.table, np.arange(n), "firm", w.firms["no"][firm[order]])

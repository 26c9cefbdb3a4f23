"""Alerts of the platform, warnings and who was called, responses, evacuations, the duty log, who is to be reached."""

from __future__ import annotations

import numpy as np

from simulator.departments._book import days, keep, numbered, pick
from simulator.departments._desk import minutes, when
from simulator.departments.emergency.bureau import RESPONDING, Bureau


def write(b: Bureau) -> None:
    """Write the tables of this part."""
    _alerts(b)
    _warnings(b)
    _evacuations(b)
    _people(b)


def _alerts(b: Bureau) -> None:
    rng, w = b.rng("alerts"), b.world
    n = w.n(1500) * len(w.quarters)
    q = b.quarter(rng, n)
    at = when(w, rng, q, office=False)
    firm = rng.integers(0, len(w.firms["no"]), n)
    town = w.firms["town"][firm]
    good = b.good("device", town, q)
    level = pick(rng, ("红", "橙", "黄", "蓝"), n, (1, 4, 20, 30))
    limit = np.array([{"红": 1, "橙": 2, "黄": 12, "蓝": 24}[x] for x in level])
    due = at + (limit * 3600).astype("timedelta64[s]")
    in_time = rng.random(n) < 0.62 + 0.35 * good
    closed = np.where(in_time, at + (limit * 3600 * rng.uniform(0.1, 0.95, n)).astype(int).astype("timedelta64[s]"), due + minutes(rng, n, 10, 3000))  # fmt: skip
    acked = at + ((closed - at).astype(int) * rng.uniform(0.05, 0.5, n)).astype(int).astype("timedelta64[s]")
    done = (closed < b.end) & ~(~in_time & (rng.random(n) < 0.1))
    updated = np.where(done, closed, np.minimum(acked, b.end)) + np.timedelta64(120, "s")
    order = np.argsort(at, kind="stable")
    kind = pick(rng, ("企业", "村社", "林区"), n, (8, 2, 0.5))
    subject = np.where(kind == "企业", w.firms["uscc"][firm], np.where(kind == "村社", w.villages["code12"][b.village_of(rng, town)], None))  # fmt: skip
    b.desk.add(
        "yj_alert",
        {
            "alert_no": numbered("YJ", n, 9),
            "rule_code": pick(rng, ("YD-01", "YD-02", "WG-01", "RQ-01", "JS-01", "LH-01"), n),
            "level_word": level[order],
            "subject_type_word": kind[order],
            "subject_no": subject[order],
            **b.town(town[order]),
            "evidence_text": pick(rng, ("夜间用电突增", "烟感连续两次上报", "雨量一小时超三十毫米", "高点视频见烟", "可燃气体浓度超限"), n),
            "raised_at": at[order],
            "acked_at": keep(acked, done | (rng.random(n) < 0.5))[order],
            "closed_at": keep(closed, done)[order],
            "due_at": due[order],
            "result_word": np.where(done, pick(rng, ("属实已处置", "误报", "转隐患"), n, (4, 5, 2)), "未处置").astype(object)[order],
            "updated_at": updated[order],
        },
        dates="acked_at closed_at", empty="evidence_text", towns=True, known=updated[order],
    )  # fmt: skip


def _warnings(b: Bureau) -> None:
    """Who was called when a warning came: the towns it names, and for orange and red villages and departments too."""
    rng, w, x = b.rng("warnings"), b.world, b.world.warnings
    n, v = len(x["no"]), w.villages
    at = np.repeat(np.arange(n), [len(t) for t in x["towns"]])
    town = np.array([t for towns in x["towns"] for t in towns], int)
    high = np.flatnonzero(np.isin(x["colour"], ["红", "橙"]))
    pairs = [
        (i, k)
        for i in high
        for k in np.flatnonzero(np.isin(v["town"], x["towns"][i]) & (rng.random(len(v["town"])) < 0.3))
    ]
    at_v, village = (np.array([p[j] for p in pairs], int) for j in (0, 1))
    at_d, dept = np.repeat(high, len(RESPONDING)), np.tile(np.array(RESPONDING, dtype=object), len(high))
    all_at = np.concatenate([at, at_v, at_d])
    m = len(all_at)
    where = np.concatenate([town, v["town"][village], np.full(len(at_d), -1)])
    issued = x["issued"][all_at]
    q = np.searchsorted(np.array([c[2] for c in w.quarters]), issued.astype("datetime64[D]"), side="right")
    q = np.minimum(q, len(w.quarters) - 1)
    good = np.where(where < 0, 0.75, b.good("response", np.maximum(where, 0), q))
    called = issued + minutes(rng, m, 1, 8)
    late = rng.random(m) < (1 - (0.68 + 0.30 * good))
    never = late & (rng.random(m) < 0.1)
    acked = called + np.where(late, minutes(rng, m, 16, 90), minutes(rng, m, 0.5, 14))
    target = np.where(np.arange(m) < len(at), rng.integers(200, 900, m), rng.integers(20, 200, m))
    told = np.floor(target * np.clip(rng.normal(0.66 + 0.33 * good, 0.07), 0.1, 1)).astype(int)
    updated = acked + np.timedelta64(3600, "s")
    none = np.full(m, None, dtype=object)
    village_code, dept_code = none.copy(), none.copy()
    village_code[len(at) : len(at) + len(at_v)] = v["code12"][village]
    dept_code[m - len(at_d) :] = dept
    who = np.concatenate([np.full(len(at), "镇街"), np.full(len(at_v), "村社"), np.full(len(at_d), "部门")]).astype(
        object
    )
    s = b.desk.add(
        "yj_warning_call",
        {
            "call_no": numbered("JY", m, 8),
            "warning_no": x["no"][all_at],
            "warning_kind_word": x["kind"][all_at],
            "colour_word": x["colour"][all_at],
            "warning_issued_at": issued,
            "recipient_type_word": who,
            **b.town(where),
            "village_code": village_code,
            "dept_code": dept_code,
            "channel_word": pick(rng, ("电话", "短信", "平台", "应急广播", "上门"), m, (5, 3, 4, 1, 0.5)),
            "called_at": called,
            "acked_at": keep(acked, ~never),
            "target_count": keep(target, where >= 0),
            "delivered_count": keep(told, where >= 0),
            "updated_at": updated,
        },
        dates="acked_at", empty="channel_word", towns=True, known=updated,
    )  # fmt: skip
    b.truth.link(s.table, np.arange(m), "warning", x["no"][all_at])
    kinds = ("台风", "暴雨", "大风", "高温", "雷电", "大雾", "道路结冰", "地质灾害")
    rows = [(k, c, r, ch, m_) for k in kinds for c, m_ in (("红", 15), ("橙", 15), ("黄", 30), ("蓝", 60))
            for r, ch in (("镇街", "电话"), ("部门", "平台"), ("村社", "应急广播"))]  # fmt: skip
    b.desk.add(
        "yj_warning_recipient",
        {
            "matrix_no": numbered("JZ", len(rows), 4),
            **{
                c: np.array([r[i] for r in rows], dtype=object)
                for i, c in enumerate(("warning_kind_word", "colour_word", "recipient_type_word", "channel_word"))
            },
            "ack_limit_minutes": np.array([r[4] for r in rows]),
            "valid_from_date": np.full(len(rows), np.datetime64("2021-06-01")),
            "valid_to_date": np.full(len(rows), np.datetime64("NaT"), "datetime64[D]"),
        },
        repeat=False,
    )


def _evacuations(b: Bureau) -> None:
    rng, w, r, e = b.rng("evacuations"), b.world, b.world.responses, b.world.evacuations
    n = len(r["no"])
    number = numbered("XY", n, 5)
    s = b.desk.add(
        "yj_response_level",
        {
            "response_no": number,
            "disaster_word": np.where(r["disaster"] == "台风", "防台", "防汛").astype(object),
            "level_word": np.array([f"{x}级" for x in r["level"]], dtype=object),
            "scenario_name": r["scenario"],
            "started_at": r["started"],
            "ended_at": r["ended"],
            "issuer_name": np.full(n, "柯桥区防汛防台抗旱指挥部", dtype=object),
        },
        dates="ended_at",
        repeat=False,
    )
    b.truth.link(s.table, np.arange(n), "response", r["no"])
    m = len(e["village"])
    on_time = e["in_time"] >= e["moved"]
    b.desk.add(
        "yj_evacuation",
        {
            "evacuation_no": numbered("ZY", m, 6),
            "response_no": number[e["response"]] if m else np.empty(0, object),
            **b.town(e["town"]),
            "village_code": w.villages["code12"][e["village"]],
            "shelter_no": numbered("BZ", len(w.shelters["id"]), 4)[e["shelter"]],
            "ordered_at": e["ordered"],
            "deadline_at": e["deadline"],
            "completed_at": e["done"],
            "ordered_count": e["asked"],
            "moved_count": e["moved"],
            "moved_on_time_count": e["in_time"],
            "missed_death_count": np.where(on_time, 0, (rng.random(m) < 0.0005).astype(int)),
        },
        dates="completed_at", towns=True,
    )  # fmt: skip
    log = w.duty_log
    n = len(log["at"])
    said = log["text"].copy()
    # whoever is on duty writes down whom to call: a number of a person where no column asks for one
    calls = b.rng("calls").random(n) < b.rates.phone_in_text
    phone = b.staff["phone"][np.arange(n) % len(b.staff["phone"])]
    said[calls] = [f"{t}，已电话联系{p}" for t, p in zip(said[calls], phone[calls], strict=True)]
    b.desk.add(
        "yj_duty_log",
        {
            "log_no": numbered("ZR", n, 7),
            "logged_at": log["at"],
            **b.town(log["town"]),
            "kind_word": log["kind"],
            "log_text": said,
        },
        text="log_text",
        towns=True,
    )


def _people(b: Bureau) -> None:
    rng, w, p = b.rng("contacts"), b.world, b.staff
    here = np.flatnonzero(np.isnat(p["left"]))
    n = len(here)
    s = b.desk.add(
        "yj_contact",
        {
            "contact_no": numbered("TX", n, 6),
            "unit_no": b.units["station"][p["town"][here]],
            "post_word": p["post"][here],
            "person_name": p["name"][here],
            "phone": p["phone"][here],
            "verified_date": w.end - days(rng, n, 2, 300),
        },
        phones="phone", people="person_name", dates="verified_date",
    )  # fmt: skip
    b.truth.link(s.table, np.arange(n), "person", p["id"][here])
    v, heads = w.villages, w.village_heads
    size = len(v["town"])
    roles = ("安全负责人", "灾害信息员A岗", "灾害信息员B岗")
    village, role = (x.ravel() for x in np.meshgrid(np.arange(size), np.arange(3), indexing="ij"))
    good = b.good("staff", v["town"][village])
    there = (role < 2) | (rng.random(len(village)) < 0.45 + 0.5 * good)
    village, role, good = village[there], role[there], good[there]
    n = len(village)
    other = w.pool("disaster reporters", n, 46, 9)
    s = b.desk.add(
        "yj_village_duty",
        {
            "holder_no": numbered("CZ", n, 6),
            "village_code": v["code12"][village],
            "village_name": v["name"][village],
            **b.town(v["town"][village]),
            "station_no": b.stations[v["town"][village]],
            "role_word": np.array(roles, dtype=object)[role],
            "person_name": np.where(role == 0, heads["name"][village], other["name"]),
            "phone": np.where(rng.random(n) < 0.9 + 0.1 * good, np.where(role == 0, heads["phone"][village], other["phone"]), None),
            "verified_date": w.end - days(rng, n, 5, 420),
        },
        phones="phone", people="person_name", dates="verified_date", towns=True,
    )  # fmt: skip
    s.villages("village_name", b.rates)
    b.truth.link(s.table, np.arange(n), "village", v["code12"][village])
    b.truth.link(s.table, np.arange(n), "person", np.where(role == 0, heads["id"][village], other["id"]))

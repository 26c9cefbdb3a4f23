"""What binds departments and towns: tickets, referrals, meetings, joint inspections, supervision, audits, rules."""

from __future__ import annotations

import numpy as np

from simulator.departments._book import NAT, days, keep, numbered, pick
from simulator.departments._desk import minutes, when
from simulator.departments.emergency.bureau import RESPONDING, Bureau

SITUATIONS = {
    "生产安全": "印染、化工企业有限空间和危化品暂存问题仍较集中，建议开展专项检查",
    "消防安全": "三合一场所和电动自行车违规充电多发，建议联合整治",
    "防灾减灾": "山区镇街地质灾害隐患点需加密巡查，低洼路段提前布防",
}
PARAMETERS = (
    ("准入", "登记要求", "民政登记且主管单位为应急或行业部门"), ("准入", "队员人数下限", "15"), ("分级", "等级数", "3"),
    ("分级", "测评周期（年）", "3"), ("调用", "响应时限（分钟）", "30"), ("调用", "调用凭证", "区应急指挥中心调用函"),
    ("激励", "出动补助（元/人次）", "100"), ("激励", "基金支持上限（万元/年）", "10"), ("退出", "连续不参训次数", "3"),
    ("退出", "失联期限（月）", "12"),
)  # fmt: skip
NEEDS = (
    ("重点企业", "烟感", 1), ("重点企业", "电气火灾监测", 1), ("重点企业", "可燃气体", 1), ("人员密集场所", "视频监控", 2),
    ("人员密集场所", "水压监测", 1), ("出租房", "烟感", 1), ("村社", "视频监控", 1), ("村社", "应急广播", 1), ("避灾点", "应急广播", 1),
    ("林区", "视频监控", 1),
)  # fmt: skip


def write(b: Bureau) -> None:
    """Write the tables of this part."""
    _tickets(b)
    _meetings(b)
    _inspections(b)
    _oversight(b)
    _rules(b)


def _tickets(b: Bureau) -> None:
    rng, w = b.rng("tickets"), b.world
    n = w.n(650) * len(w.quarters)
    q = b.quarter(rng, n)
    at = np.sort(when(w, rng, q))
    town = rng.integers(0, 16, n)
    station = rng.random(n) < 0.25 + 0.5 * b.good("response", town)
    dept = pick(rng, RESPONDING, n)
    swift = dict(zip(RESPONDING, rng.uniform(0.62, 0.98, len(RESPONDING)), strict=True))
    good = np.array([swift[d] for d in dept])
    vague = rng.random(n) < 0.07
    hops = rng.integers(1, 3, n) + np.where(vague, rng.integers(1, 5, n), 0)
    due = at + pick(rng, (24, 72, 120), n).astype(int) * np.timedelta64(3600, "s")
    acked = at + minutes(rng, n, 3, 240)
    late = rng.random(n) > np.where(vague, 0.45, good)
    span = (due - at).astype(int)
    done = acked + np.where(late, span * rng.uniform(1.05, 2, n), (span - 14400) * rng.uniform(0.1, 0.95, n)).astype(int).astype("timedelta64[s]")  # fmt: skip
    updated = np.where(done < b.end, done, acked) + np.timedelta64(60, "s")
    office = rng.random(n) < 0.15
    b.desk.add(
        "yj_collab_ticket",
        {
            "ticket_no": numbered("GD", n, 8),
            "from_unit_no": np.where(station, b.units["station"][town], np.where(office, b.units["office"][town], b.units["centre"][0])),
            "is_station_led": station,
            "to_dept_code": np.where(vague & (rng.random(n) < 0.4), None, dept),
            "kind_word": pick(rng, ("联合检查", "信息核实", "隐患移交", "物资调拨", "应急处置", "重大活动保障"), n, (3, 3, 2, 0.5, 2, 0.5)),
            "is_owner_undefined": vague,
            "hop_count": hops,
            "created_at": at,
            "acked_at": acked,
            "due_at": due,
            "done_at": keep(done, done < b.end),
            "updated_at": updated,
        },
        dates="acked_at done_at", empty="is_station_led", known=updated,
    )  # fmt: skip
    n = w.n(90) * len(w.quarters)
    at = np.sort(when(w, rng, b.quarter(rng, n)))
    h = w.hazards
    moved = rng.integers(0, len(h["town"]), n)
    town = h["town"][moved]
    dept = pick(rng, ("ZF", "XF", "ZR", "JT", "GW"), n)
    taken = at + minutes(rng, n, 60, 1400)
    due = at + np.timedelta64(7, "D")
    ok = rng.random(n) < 0.60 + 0.36 * b.good("enforcement", town)
    answered = taken + np.where(ok, minutes(rng, n, 300, 8000), minutes(rng, n, 10500, 26000))
    known = answered < b.end
    b.desk.add(
        "yj_referral",
        {
            "referral_no": numbered("YS", n, 6),
            "hazard_no": _transferred(h, town, at),
            **b.town(town),
            "to_dept_code": dept,
            "referred_at": at,
            "accepted_at": keep(taken, taken < b.end),
            "due_at": due,
            "answered_at": keep(answered, known),
            "resolved_at": keep(answered + minutes(rng, n, 0, 3000), known & (rng.random(n) < 0.9)),
            "result_word": keep(pick(rng, ("已立案", "责令整改", "转他部门", "不予受理"), n, (2, 6, 1, 0.5)), known),
        },
        dates="answered_at", towns=True,
    )  # fmt: skip


def _transferred(h: dict[str, np.ndarray], town: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Return the number of a hazard of the town that was transferred in the week before, for the referrals that have one."""
    number = np.full(len(at), None, dtype=object)
    for row in np.flatnonzero(~np.isnat(h["移交"])):
        free = (town == h["town"][row]) & (at >= h["移交"][row]) & (at < h["移交"][row] + np.timedelta64(7, "D"))
        free &= np.array([x is None for x in number])
        if free.any():
            number[int(np.argmax(free))] = h["no"][row]
    return number


def _meetings(b: Bureau) -> None:
    rng, w = b.rng("meetings"), b.world
    rows: list[tuple] = []
    for q, (_, first, last) in enumerate(w.quarters):
        months = np.arange(first.astype("datetime64[M]"), last.astype("datetime64[M]"))
        for month in months:
            flood = 4 <= int(str(month)[5:7]) <= 10
            for town in [-1, *range(16)]:
                if flood or month == months[1] or town < 0:
                    rows.append(
                        (town, q, month.astype("datetime64[D]") + np.timedelta64(int(rng.integers(2, 26)), "D"))
                    )
    town, q = np.array([r[0] for r in rows]), np.array([r[1] for r in rows])
    planned = np.array([r[2] for r in rows], "datetime64[D]")
    n = len(rows)
    good = np.where(town < 0, 0.95, b.good("response", np.maximum(town, 0), q))
    held = rng.random(n) < 0.52 + 0.46 * good
    at = planned.astype("datetime64[s]") + np.timedelta64(9, "h") + days(rng, n, 0, 3)
    number = numbered("HY", n, 6)
    b.desk.add(
        "yj_meeting",
        {
            "meeting_no": number,
            "meeting_kind_word": np.where(town < 0, pick(rng, ("安委会", "防指会商", "联合会商"), n), "联合会商").astype(object),
            "level_word": np.where(town < 0, "区", "镇街").astype(object),
            **b.town(town),
            "domain_word": pick(rng, ("生产安全", "消防安全", "防灾减灾", "综合"), n),
            "planned_date": planned,
            "held_at": keep(at, held),
            "host_name": np.where(town < 0, "副区长", "镇街主要负责人").astype(object),
        },
        dates="held_at", empty="host_name", towns=True,
    )  # fmt: skip
    district = np.flatnonzero(held & (town < 0))
    met, dept = np.repeat(district, len(RESPONDING)), np.tile(np.arange(len(RESPONDING)), len(district))
    m = len(met)
    keen = rng.uniform(0.75, 1.0, len(RESPONDING))
    there = rng.random(m) < keen[dept]
    ranks = ("主要负责人", "分管负责人", "联络员")
    asked = rng.choice(2, m, p=[0.3, 0.7])
    sent = np.where(rng.random(m) < keen[dept], asked, np.minimum(asked + 1, 2))
    b.desk.add(
        "yj_meeting_attendance",
        {
            "attendance_no": numbered("CX", m, 7),
            "meeting_no": number[met],
            "dept_code": np.array(RESPONDING, dtype=object)[dept],
            "invited_rank_word": np.array(ranks, dtype=object)[asked],
            "attended_rank_word": keep(np.array(ranks, dtype=object)[sent], there),
            "is_attended": there,
        },
        empty="attended_rank_word",
    )
    made = np.repeat(np.flatnonzero(held), 2)
    m = len(made)
    due = planned[made] + days(rng, m, 10, 60)
    done = due + days(rng, m, -9, 12)
    b.desk.add(
        "yj_meeting_resolution",
        {
            "resolution_no": numbered("YD", m, 6),
            "meeting_no": number[made],
            "owner_dept_code": np.where(town[made] < 0, pick(rng, RESPONDING, m), None),
            **b.town(town[made]),
            "resolution_text": pick(rng, ("开展专项检查", "完善值班备勤", "修订应急预案", "补充物资储备", "组织联合演练"), m),
            "due_date": due,
            "done_date": keep(done, (done < w.end) & (rng.random(m) < 0.7 + 0.28 * good[made])),
        },
        dates="done_date", towns=True,
    )  # fmt: skip
    periods = [(name, last, d) for name, _, last in w.quarters for d in SITUATIONS]
    issued = np.array([x[1] for x in periods], "datetime64[D]") - days(rng, len(periods), 1, 12)
    b.desk.add(
        "yj_situation_report",
        {
            "report_no": numbered("YP", len(periods), 5),
            "domain_word": np.array([x[2] for x in periods], dtype=object),
            "period_name": np.array([x[0] for x in periods], dtype=object),
            "lead_dept_code": np.array([{"消防安全": "XF"}.get(x[2], "YJ") for x in periods], dtype=object),
            "joined_dept_count": rng.integers(4, 12, len(periods)),
            "conclusion_text": np.array([SITUATIONS[x[2]] for x in periods], dtype=object),
            "issued_date": issued,
        },
        dates="issued_date!",
        repeat=False,
    )


def _inspections(b: Bureau) -> None:
    rng, w = b.rng("joint"), b.world
    key = np.flatnonzero(w.firms["key"])
    n = w.n(40) * len(w.quarters)
    firm = rng.choice(key, n)
    q = b.quarter(rng, n)
    day = when(w, rng, q).astype("datetime64[D]")
    depts = ("ZF", "XF", "ZR", "WJ", "JT", "GW")
    invited = np.repeat(np.arange(n), 4)
    dept = np.concatenate([rng.permutation(len(depts))[:4] for _ in range(n)])
    m = len(invited)
    keen = rng.uniform(0.62, 0.98, len(depts))
    joined = rng.random(m) < keen[dept]
    s = b.desk.add(
        "yj_joint_inspection",
        {
            "record_no": numbered("LH", m, 7),
            "inspection_no": numbered("LJ", n, 5)[invited],
            "uscc": w.firms["uscc"][firm][invited],
            **b.town(w.firms["town"][firm][invited]),
            "lead_dept_code": np.full(m, "YJ", dtype=object),
            "dept_code": np.array(depts, dtype=object)[dept],
            "planned_date": day[invited],
            "held_date": (day + days(rng, n, 0, 6))[invited],
            "is_joined": joined,
            "finding_count": np.where(joined, rng.poisson(1.1, m), 0),
        },
        dates="held_date", codes="uscc!", towns=True,
    )  # fmt: skip
    b.truth.link(s.table, np.arange(m), "firm", w.firms["no"][firm][invited])
    worst = np.argsort(w.firms["quality"])[:18]
    n = len(worst)
    listed = w.end - days(rng, n, 20, 900)
    removed = listed + np.timedelta64(365, "D")
    s = b.desk.add(
        "yj_dishonest_firm",
        {
            "record_no": numbered("SX", n, 4),
            "firm_name": w.firms["name"][worst],
            "uscc": w.firms["uscc"][worst],
            "reason_word": pick(rng, ("发生责任事故", "重大隐患拒不整改", "瞒报谎报", "无证生产"), n, (3, 4, 1, 2)),
            "listed_date": listed,
            "published_date": listed + days(rng, n, 0, 10),
            "removed_date": keep(removed, removed < w.end),
        },
        dates="published_date", text="firm_name", repeat=False,
    )  # fmt: skip
    b.truth.link(s.table, np.arange(n), "firm", w.firms["no"][worst])


def _oversight(b: Bureau) -> None:
    rng, w = b.rng("oversight"), b.world
    n = 90
    is_town = rng.random(n) < 0.65
    weight = 1.4 - b.good("response", np.arange(16))
    town = np.where(is_town, rng.choice(16, n, p=weight / weight.sum()), -1)
    dept = np.where(is_town, None, pick(rng, RESPONDING, n))
    unit = np.where(is_town, "镇街", "部门").astype(object)
    issued = w.end - days(rng, n, 5, 365)
    due = issued + days(rng, n, 10, 40)
    late = rng.random(n) < np.where(is_town, 0.30 - 0.25 * b.good("response", np.maximum(town, 0)), 0.12)
    done = due + np.where(late, days(rng, n, 1, 30), -days(rng, n, 0, 9))
    b.desk.add(
        "yj_supervision",
        {
            "item_no": numbered("DB", n, 5),
            "unit_type_word": unit,
            **b.town(town),
            "dept_code": dept,
            "issue_code": pick(rng, ("YH-01", "ZB-01", "YA-02", "XF-03", "WZ-01"), n),
            "issued_by_word": pick(rng, ("省级", "市级", "区安委办", "区防指"), n, (1, 2, 5, 3)),
            "issued_date": issued,
            "due_date": due,
            "done_date": keep(done, done < w.end),
            "is_repeated": rng.random(n) < 0.06,
        },
        dates="done_date", towns=True,
    )  # fmt: skip
    sample = rng.integers(20, 200, n)
    wrong = np.floor(sample * np.clip(rng.beta(1, 30, n), 0, 0.4)).astype(int)
    b.desk.add(
        "yj_audit_finding",
        {
            "finding_no": numbered("HC", n, 5),
            "unit_type_word": unit,
            **b.town(town),
            "dept_code": dept,
            "subject_name": pick(rng, ("隐患核销照片", "值班签到记录", "培训学时", "物资盘点", "网格巡查轨迹"), n),
            "sample_count": sample,
            "wrong_count": wrong,
            "finding_word": np.where(wrong / sample > 0.15, "造假", np.where(wrong > 0, "瑕疵", "属实")).astype(object),
            "found_date": w.end - days(rng, n, 3, 360),
        },
        dates="found_date!", towns=True,
    )  # fmt: skip
    n = 22
    is_town = rng.random(n) < 0.8
    filed = w.start - days(rng, n, 10, 300)
    settled = rng.random(n) < 0.9
    before = [name for name, _, last in w.quarters if last <= w.start] or [w.period]
    b.desk.add(
        "yj_appeal",
        {
            "appeal_no": numbered("SS", n, 4),
            "unit_type_word": np.where(is_town, "镇街", "部门").astype(object),
            **b.town(np.where(is_town, rng.integers(0, 16, n), -1)),
            "dept_code": np.where(is_town, None, pick(rng, RESPONDING, n)),
            "indicator_code": pick(rng, ("C301", "B201", "D102", "E104", "C202"), n),
            "period_name": pick(rng, before, n),
            "filed_date": filed,
            "decided_date": keep(filed + days(rng, n, 2, 10), settled),
            "result_word": keep(pick(rng, ("采纳", "部分采纳", "不采纳"), n), settled),
        },
        dates="filed_date!", towns=True, repeat=False,
    )  # fmt: skip


def _rules(b: Bureau) -> None:
    n = len(PARAMETERS)
    since = np.datetime64("2022-03-01")
    b.desk.add(
        "yj_policy_parameter",
        {
            "parameter_no": numbered("CS", n, 4),
            **{c: np.array([p[i] for p in PARAMETERS], dtype=object) for i, c in enumerate(("stage_word", "parameter_name", "parameter_value"))},
            "basis_name": np.full(n, "柯桥区社会应急救援组织管理办法（试行）", dtype=object),
            "valid_from_date": np.full(n, since),
            "valid_to_date": np.full(n, NAT, "datetime64[D]"),
        },
        repeat=False,
    )  # fmt: skip
    n = len(NEEDS)
    b.desk.add(
        "yj_device_requirement",
        {
            "requirement_no": numbered("PB", n, 4),
            "place_type_word": np.array([x[0] for x in NEEDS], dtype=object),
            "device_type_word": np.array([x[1] for x in NEEDS], dtype=object),
            "required_count": np.array([x[2] for x in NEEDS]),
            "basis_name": np.full(n, "柯桥区感知设备配备指引（试点）", dtype=object),
            "valid_from_date": np.full(n, since),
        },
        repeat=False,
    )

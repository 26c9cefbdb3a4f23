"""Firms on file, self-inspections, hazards with their three lists, risk points, patrols, station standards, classes."""

from __future__ import annotations

import hashlib

import numpy as np

from simulator.departments._book import NAT, days, keep, numbered, pick
from simulator.departments._desk import minutes, when
from simulator.departments.emergency.bureau import SECTORS, Bureau
from simulator.world.hazards import clauses

STEPS = ("发现", "确认", "管控", "责任落实", "整改", "复查", "核销")
GRADES = {"general": "一般", "serious": "较大", "major": "重大"}
GRADE_WORDS = {"一般": ("一般隐患", "普通", "Ⅳ级"), "较大": ("较大隐患", "Ⅲ级"), "重大": ("重大隐患", "Ⅰ级")}
STATUS_WORDS = {
    "已销号": ("核销", "办结", "完成", "已闭环"), "已整改": ("整改完毕", "待复查"), "整改中": ("待整改",), "已确认": (),
}  # fmt: skip
MODES = ("人巡", "AI视频", "物联感知", "无人机", "群众举报", "企业自查")
ITEMS = (
    [("六个有", f"LG{i}", x) for i, x in enumerate(("有机构", "有人员", "有场所", "有装备", "有制度", "有经费"), 1)]
    + [("四室", f"SS{i}", x) for i, x in enumerate(("值班室", "会商室", "备勤室", "档案室"), 1)]
    + [("四库", f"SK{i}", x) for i, x in enumerate(("物资库", "装备库", "车库", "数据库"), 1)]
    + [("四中心", f"SZ{i}", x) for i, x in enumerate(("指挥中心", "监测预警中心", "训练中心", "宣教中心"), 1)]
)
CLASSES = (
    ("隐患等级", "YD-01", "一般"), ("隐患等级", "YD-02", "较大"), ("隐患等级", "YD-03", "重大"), ("风险等级", "FD-01", "红（重大）"),
    ("风险等级", "FD-02", "橙（较大）"), ("风险等级", "FD-03", "黄（一般）"), ("风险等级", "FD-04", "蓝（低）"), ("三个第一", "DY-01", "隐患排查第一关口"),
    ("三个第一", "DY-02", "防灾减灾第一防线"), ("三个第一", "DY-03", "应急处置第一现场"), ("目标特征", "TZ-01", "组织指挥高效"),
    ("目标特征", "TZ-02", "统筹机制健全"), ("目标特征", "TZ-03", "风险防控精准"), ("目标特征", "TZ-04", "应急保障有力"),
    ("三大领域", "LY-01", "生产安全"), ("三大领域", "LY-02", "应急救援"), ("三大领域", "LY-03", "防灾减灾"),
)  # fmt: skip
THEIR_WORDS = (
    ("ZL", "普通", "YD-01"), ("ZL", "Ⅳ级", "YD-01"), ("ZL", "绿", "YD-01"), ("ZF", "一般隐患", "YD-01"), ("ZF", "Ⅲ级", "YD-02"),
    ("XF", "一般火灾隐患", "YD-01"), ("XF", "重大火灾隐患", "YD-03"), ("ZF", "重大隐患", "YD-03"), ("QY", "轻微", "YD-01"), ("ZR", "小型", "FD-04"),
)  # fmt: skip
RISK_KINDS = {
    "地质灾害": "地质灾害", "低洼易涝": "水域", "山塘水库": "水域", "森林火险": "林区", "道路桥梁": "道路", "人员密集场所": "人员密集场所",
}  # fmt: skip


def write(b: Bureau) -> None:
    """Write the tables of this part."""
    _firms(b)
    _hazards(b)
    _risks(b)
    _patrols(b)
    _standards(b)


def _firms(b: Bureau) -> None:
    rng, w, f = b.rng("firms"), b.world, b.world.firms
    n = len(f["no"])
    grade = np.where(
        rng.random(n) < 0.2 + 0.6 * f["quality"], pick(rng, ("三级", "二级", "一级"), n, (20, 4, 0.3)), "未达标"
    ).astype(object)
    colour = pick(rng, ("蓝", "黄", "橙", "红"), n, (55, 35, 8, 2))
    s = b.desk.add(
        "yj_enterprise",
        {
            "firm_no": numbered("QY", n, 6),
            "firm_name": f["name"].copy(),
            "uscc": f["uscc"].copy(),
            "sector_word": np.array([SECTORS[i] for i in f["industry"]], dtype=object),
            **b.town(f["town"]),
            "is_key_sector": f["key"],
            "risk_colour_word": np.where(f["key"] & (colour == "蓝"), "黄", colour).astype(object),
            "standard_grade_word": grade,
            "standard_valid_to_date": keep(w.end + days(rng, n, -200, 1000), grade != "未达标"),
            "is_liability_insured": rng.random(n) < np.where(f["key"], 0.85, 0.4),
            "is_online_supervised": f["key"] & (rng.random(n) < 0.3 + 0.6 * b.good("device", f["town"])),
            "lon": f["lon"],
            "lat": f["lat"],
            "registered_date": w.start - days(rng, n, 100, 2500),
        },
        codes="uscc!", dates="standard_valid_to_date registered_date", text="firm_name",
        empty="risk_colour_word is_liability_insured", points=True, towns=True,
    )  # fmt: skip
    s.firm_names("firm_name", b.rates)
    b.truth.link(s.table, np.arange(n), "firm", f["no"])
    key = np.flatnonzero(f["key"])
    n = len(key)
    points = rng.integers(3, 30, n)
    s = b.desk.add(
        "yj_firm_control",
        {
            "control_no": numbered("GK", n, 7),
            "uscc": f["uscc"][key],
            "stated_date": np.full(n, w.end - np.timedelta64(1, "D")),
            "risk_point_count": points,
            "controlled_count": np.floor(points * np.clip(rng.normal(0.6 + 0.4 * f["quality"][key], 0.1), 0, 1)).astype(int),
            "open_hazard_count": rng.poisson(1.5 * (1.2 - f["quality"][key])),
            "online_rate_share": np.array([f"{x:.4f}" for x in np.clip(rng.normal(0.7 + 0.3 * f["quality"][key], 0.08), 0, 1)], dtype=object),
        },
        codes="uscc!",
    )  # fmt: skip
    b.truth.link(s.table, np.arange(n), "firm", f["no"][key])
    months = np.arange(w.before.astype("datetime64[M]"), w.end.astype("datetime64[M]"))
    firm, month = (x.ravel() for x in np.meshgrid(key, np.arange(len(months)), indexing="ij"))
    does = rng.random(len(firm)) < 0.45 + 0.5 * f["quality"][firm]
    firm, month = firm[does], month[does]
    n = len(firm)
    day = months[month].astype("datetime64[D]") + days(rng, n, 0, 27)
    zero = rng.random(n) < 0.35
    found = np.where(zero, 0, rng.poisson(1.6, n) + 1)
    sent = day.astype("datetime64[s]") + minutes(rng, n, 500, 2700)
    order = np.argsort(sent, kind="stable")
    s = b.desk.add(
        "yj_self_inspection",
        {
            "record_no": numbered("ZC", n, 8),
            "uscc": f["uscc"][firm[order]],
            **b.town(f["town"][firm[order]]),
            "inspected_date": day[order],
            "is_zero_report": zero[order],
            "hazard_count": found[order],
            "fixed_count": np.floor(found * rng.uniform(0.5, 1.0, n))[order].astype(int),
            "submitted_at": sent[order],
        },
        codes="uscc!",
        dates="inspected_date!",
        towns=True,
        known=sent[order],
    )
    b.truth.link(s.table, np.arange(n), "firm", f["no"][firm[order]])


def _own(b: Bureau) -> dict[str, np.ndarray]:
    """Hazards that reach the platform: those the world's other departments know too, and its own."""
    rng, w, f = b.rng("hazards"), b.world, b.world.firms
    seen, h = w.sightings("emergency"), w.hazards
    n = w.n(620) * len(w.quarters)
    weight = np.where(f["key"], 4.0, 1.0) * (1.35 - f["quality"])
    firm = rng.choice(len(f["no"]), n, p=weight / weight.sum())
    q = b.quarter(rng, n)
    words = clauses()
    clause = pick(rng, list(words), n)
    grade = pick(rng, ("general", "serious", "major"), n, (94, 5, 1))
    row = seen["hazard"]
    near = rng.normal(0, 0.0003, (2, n))
    out = {
        "world": np.concatenate([row, np.full(n, -1)]),
        "firm": np.concatenate([h["firm"][row], firm]),
        "quarter": np.concatenate([h["quarter"][row], q]),
        "clause": np.concatenate([h["clause"][row], clause]),
        "grade": np.concatenate([h["grade"][row], grade]),
        "at": np.concatenate([seen["at"], when(w, rng, q)]),
        "lon": np.concatenate([seen["lon"], f["lon"][firm] + near[0]]),
        "lat": np.concatenate([seen["lat"], f["lat"][firm] + near[1]]),
        "text": np.concatenate([seen["text"], np.array([words[c] for c in clause], dtype=object)]),
    }
    order = np.argsort(out["at"], kind="stable")
    return {k: v[order] for k, v in out.items()}


def _hazards(b: Bureau) -> None:
    rng, w, f = b.rng("hazard lives"), b.world, b.world.firms
    h = _own(b)
    n = len(h["at"])
    town = f["town"][h["firm"]]
    good = b.good("hazard", town, h["quarter"])
    limit = np.where(h["grade"] == "major", rng.integers(25, 61, n), np.where(h["grade"] == "serious", 30, 15))
    deadline = h["at"].astype("datetime64[D]") + limit.astype("timedelta64[D]")
    on_time = rng.random(n) < np.where(h["grade"] == "major", 0.76 + 0.23 * good, 0.78 + 0.19 * good)
    room = limit * 86400.0
    part = np.sort(rng.uniform(0.02, 0.9, (n, 6)), axis=1)
    part = np.where(on_time[:, None], part * 0.95, part * rng.uniform(1.2, 2.2, (n, 1)))
    times = [h["at"], *[h["at"] + (room * part[:, i]).astype(int).astype("timedelta64[s]") for i in range(6)]]
    never = ~on_time & (rng.random(n) < 0.12)
    stage = np.array([np.sum([t < b.end for t in row]) for row in zip(*times, strict=True)])
    stage = np.where(never, np.minimum(stage, 4), stage)
    number = numbered("YH", n, 9)
    mode = pick(rng, MODES, n, (40, 1, 1, 0.3, 2, 30))
    smart = rng.random(n) < 0.01 + 0.16 * b.good("device", town, h["quarter"])
    mode = np.where(smart, pick(rng, MODES[1:4], n, (5, 4, 1)), mode)
    last = np.max(np.where(np.arange(7) < stage[:, None], np.stack(times, axis=1), h["at"][:, None]), axis=1)
    updated = last + np.timedelta64(600, "s")
    extended = (rng.random(n) < 0.05) & (h["grade"] != "major")
    status = np.array(["待确认", "待确认", "已确认", "整改中", "整改中", "已整改", "已整改", "已销号"], dtype=object)[
        stage
    ]
    s = b.desk.add(
        "yj_hazard",
        {
            "hazard_no": number,
            "source_word": mode,
            "category_code": h["clause"],
            "grade_word": np.array([GRADES[g] for g in h["grade"]], dtype=object),
            "firm_name": f["name"][h["firm"]],
            "uscc": f["uscc"][h["firm"]],
            **b.town(town),
            "place": np.array([f"{x}厂区" for x in w.villages["name"][b.village_of(rng, town)]], dtype=object),
            "hazard_text": h["text"].copy(),
            "lon": h["lon"],
            "lat": h["lat"],
            "found_at": h["at"],
            "deadline_date": deadline,
            "extended_date": keep(deadline + (limit // 2).astype("timedelta64[D]"), extended),
            "status_word": status,
            "reward_yuan": keep(np.where(h["grade"] == "major", 5000, 300), (mode == "群众举报") & (rng.random(n) < 0.6)),
            "updated_at": updated,
        },
        dates="found_at! deadline_date! extended_date", codes="uscc", text="firm_name place hazard_text",
        empty="place", points=True, towns=True, known=updated,
    )  # fmt: skip
    s.words("grade_word", b.rates, GRADE_WORDS)
    s.words("status_word", b.rates, STATUS_WORDS)
    b.truth.link(s.table, np.arange(n), "firm", f["no"][h["firm"]])
    b.truth.link(s.table, np.arange(n), "hazard", [None if r < 0 else w.hazards["no"][r] for r in h["world"]])
    _events(b, rng, number, times, stage, town)
    _lists(b, rng, h, number, times, stage, town, deadline)


def _photo(numbers: np.ndarray, kind: str) -> np.ndarray:
    return np.array([hashlib.sha256(f"{kind}{x}".encode()).hexdigest()[:16] for x in numbers], dtype=object)


def _events(b: Bureau, rng: np.random.Generator, number: np.ndarray, times: list, stage: np.ndarray, town: np.ndarray) -> None:  # fmt: skip
    at, step = np.nonzero(np.arange(7) < stage[:, None])
    happened = np.stack(times, axis=1)[at, step]
    recorded = happened + minutes(rng, len(at), 1, 240)
    order = np.argsort(recorded, kind="stable")
    at, step, happened, recorded = at[order], step[order], happened[order], recorded[order]
    n = len(at)
    who, own = _others_review(b, b.someone(rng, town[at]), at, step, town)
    s = b.desk.add(
        "yj_hazard_event",
        {
            "event_no": numbered("LC", n, 10),
            "hazard_no": number[at],
            "state_word": np.array(STEPS, dtype=object)[step],
            "person_no": who,
            "evidence_code": np.where(np.isin(step, (0, 4)), _photo(number[at], "p"), None),
            "note_text": np.where(step == 4, "已按要求完成", None),
            "occurred_at": happened,
            "recorded_at": recorded,
        },
        dates="occurred_at!",
        empty="note_text",
        known=recorded,
    )
    days_ = [str(q[2] - np.timedelta64(1, "D")) for q in b.world.quarters]
    closing = np.array([v == "核销" for v in s.table.columns["state_word"]])
    s.cells(
        "occurred_at", b.rates.batch_close, "#19 batch close at 23:59",
        lambda v, r: f"{next((d for d in days_ if d >= v[:10]), v[:10])} 23:59:00" if v[4:5] == "-" else v,
        "flagged", where=closing,
    )  # fmt: skip
    s.note_many(own, "person_no", "#19 reviewer is the rectifier", [None] * len(own), who[own])
    found = dict(zip(at[step == 0].tolist(), np.flatnonzero(step == 0).tolist(), strict=True))
    late = b.rng("closed early")
    free = s._free("occurred_at")
    for row in np.flatnonzero(closing & (late.random(n) < b.rates.close_before_discover * 4)):
        first = found[int(at[row])]
        if free[row] and free[first]:
            clean = s.table.columns["occurred_at"][row]
            dirty = str(happened[first] - np.timedelta64(int(late.integers(1, 48)), "h")).replace("T", " ")
            s.note(int(row), "occurred_at", "#19 close before discover", clean, dirty)
            s._put(int(row), "occurred_at", dirty)


def _others_review(
    b: Bureau, who: np.ndarray, at: np.ndarray, step: np.ndarray, town: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return who saw to each event, and the reviews that the one who saw to the mending does (#19); else another does."""
    mender = dict(zip(at[step == 4].tolist(), who[step == 4].tolist(), strict=True))
    reviews = np.flatnonzero(step == 5)
    same = b.rng("same reviewer").random(len(reviews)) < b.rates.same_person
    who = who.copy()
    for row, is_own in zip(reviews, same, strict=True):
        first, here = mender[int(at[row])], list(b.working[town[at[row]]])
        if is_own:
            who[row] = first
        elif who[row] == first:
            who[row] = here[(here.index(first) + 1) % len(here)]
    own = np.array([r for r in reviews if who[r] == mender[int(at[r])]], int)
    return who, own


def _lists(b: Bureau, rng: np.random.Generator, h: dict, number: np.ndarray, times: list, stage: np.ndarray, town: np.ndarray, deadline: np.ndarray) -> None:  # fmt: skip
    f = b.world.firms
    good = b.good("hazard", town)
    duty = np.flatnonzero((stage >= 3) & (rng.random(len(stage)) < 0.80 + 0.19 * good))
    at, role = (x.ravel() for x in np.meshgrid(duty, np.arange(2), indexing="ij"))
    n = len(at)
    b.desk.add(
        "yj_hazard_duty",
        {
            "duty_no": numbered("ZZ", n, 7),
            "hazard_no": number[at],
            "duty_role_word": np.array(["责任单位", "监管责任人"], dtype=object)[role],
            "holder_name": np.where(role == 0, f["name"][h["firm"][at]], "站所执法岗"),
            "person_no": np.where(role == 1, b.someone(rng, town[at]), None),
            "signed_at": keep(times[2][at] + minutes(rng, n, 30, 900), rng.random(n) < 0.9),
        },
        text="holder_name",
        dates="signed_at",
    )
    mend = np.flatnonzero((stage >= 4) & (rng.random(len(stage)) < 0.82 + 0.17 * good))
    n = len(mend)
    verifier = b.someone(rng, town[mend])
    s = b.desk.add(
        "yj_rectification",
        {
            "rectify_no": numbered("ZG", n, 7),
            "hazard_no": number[mend],
            "measure_text": pick(rng, ("清理通道并加装标识", "更换失效器材", "隔离存放并上锁", "重新敷设线路", "补办审批并组织培训"), n),
            "cost_wan": np.exp(rng.normal(-0.5, 1.0, n)),
            "deadline_date": deadline[mend],
            "rectified_at": keep(times[4][mend], stage[mend] >= 5),
            "verifier_no": keep(verifier, stage[mend] >= 6),
            "verified_at": keep(times[5][mend], stage[mend] >= 6),
            "photo_before_code": _photo(number[mend], "b"),
            "photo_after_code": keep(_photo(number[mend], "a"), stage[mend] >= 5),
        },
        dates="rectified_at", text="measure_text", empty="cost_wan",
    )  # fmt: skip
    s.same_photos("photo_before_code", "photo_after_code", b.rates)
    major = np.flatnonzero(h["grade"] == "major")
    n = len(major)
    found = h["at"][major]
    told = found + minutes(rng, n, 60, 2000)
    shown = told + minutes(rng, n, 1000, 9500)
    handled = np.maximum(times[3][major], found)
    b.desk.add(
        "yj_major_hazard",
        {
            "record_no": numbered("ZD", n, 5),
            "hazard_no": number[major],
            **b.town(town[major]),
            "dept_code": pick(rng, ("YJ", "XF", "ZF"), n),
            "found_at": found,
            "reported_at": keep(told, told < b.end),
            "published_at": keep(shown, (shown < b.end) & (rng.random(n) < 0.6 + 0.38 * good[major])),
            "handled_at": keep(handled, handled < b.end),
            "closed_at": keep(np.maximum(times[6][major], handled), stage[major] >= 7),
            "publish_channel_word": pick(rng, ("区政府网站", "电视", "报纸", "现场公告"), n, (6, 1, 1, 3)),
            "is_control_valid": rng.random(n) < 0.9,
        },
        dates="reported_at published_at",
        towns=True,
    )


def _risks(b: Bureau) -> None:
    rng, w, r = b.rng("risks"), b.world, b.world.risk_points
    n = len(r["id"])
    good = b.good("hazard", r["town"])
    number = numbered("FX", n, 6)
    done = rng.random(n) < 0.70 + 0.29 * good
    assessed = np.where(done, w.end - days(rng, n, 3, 350), w.end - days(rng, n, 380, 700))
    kind = np.where(r["firm"] >= 0, "企业", [RISK_KINDS.get(k, "道路") for k in r["kind"]]).astype(object)
    kind = np.where(r["kind"] == "人员密集场所", "人员密集场所", kind)
    owner = np.where(r["firm"] >= 0, "企业主要负责人", "村社安全负责人").astype(object)
    s = b.desk.add(
        "yj_risk_point",
        {
            "point_no": number,
            "point_name": r["name"].copy(),
            "point_kind_word": kind,
            "uscc": np.where(r["firm"] >= 0, w.firms["uscc"][r["firm"]], None).astype(object),
            **b.town(r["town"]),
            "village_code": w.villages["code12"][r["village"]],
            "colour_word": keep(r["colour"], rng.random(n) < 0.86 + 0.13 * good),
            "owner_name": keep(owner, rng.random(n) < 0.85 + 0.14 * good),
            "lon": r["lon"],
            "lat": r["lat"],
            "crs_word": keep(np.full(n, "WGS-84", dtype=object), rng.random(n) < 0.75 + 0.24 * good),
            "accuracy_m": np.array([f"{x:.1f}" for x in rng.uniform(2, 60, n)], dtype=object),
            "registered_date": np.minimum(w.start - days(rng, n, 30, 1800), assessed),
            "assessed_date": assessed,
        },
        dates="registered_date! assessed_date", codes="uscc", text="point_name", points=True, towns=True,
    )  # fmt: skip
    b.truth.link(s.table, np.arange(n), "risk_point", r["id"])
    b.truth.link(s.table, np.arange(n), "firm", np.where(r["firm"] >= 0, w.firms["no"][r["firm"]], None))
    again = np.repeat(np.arange(n), 2)
    m = len(again)
    score = {"红": (5, 5), "橙": (4, 4), "黄": (3, 3), "蓝": (2, 2)}
    base = np.array([score[c] for c in r["colour"][again]])
    day = np.where(np.arange(m) % 2 == 0, assessed[again], assessed[again] - days(rng, m, 150, 400))
    b.desk.add(
        "yj_risk_assessment",
        {
            "assessment_no": numbered("FP", m, 7),
            "point_no": number[again],
            "mode_word": pick(rng, ("常态", "非常态"), m, (8, 2)),
            "likelihood_score": np.clip(base[:, 0] + rng.integers(-1, 2, m), 1, 5),
            "severity_score": np.clip(base[:, 1] + rng.integers(-1, 2, m), 1, 5),
            "colour_word": r["colour"][again],
            "assessor_unit_no": b.units["station"][r["town"][again]],
            "assessed_date": day,
            "next_due_date": day + np.timedelta64(365, "D"),
        },
        dates="assessed_date!",
    )


def _patrols(b: Bureau) -> None:
    rng, w = b.rng("patrols"), b.world
    n = w.n(1900) * len(w.quarters)
    q = b.quarter(rng, n)
    weight = 0.6 + b.good("enforcement", np.arange(16))
    town = rng.choice(16, n, p=weight / weight.sum())
    start = when(w, rng, q)
    smart = rng.random(n) < 0.03 + 0.22 * b.good("device", town, q)
    end = start + minutes(rng, n, 15, 150)
    updated = end + minutes(rng, n, 5, 300)
    order = np.argsort(updated, kind="stable")
    b.desk.add(
        "yj_patrol",
        {
            "patrol_no": numbered("XC", n, 8),
            "station_no": b.stations[town][order],
            "mode_word": np.where(smart, pick(rng, MODES[1:4], n, (5, 4, 1)), "人巡").astype(object)[order],
            "sector_word": pick(rng, ("生产安全", "消防", "防汛", "地质灾害", "森林防火", "燃气", "道路"), n),
            "village_code": w.villages["code12"][b.village_of(rng, town)][order],
            "started_at": start[order],
            "ended_at": end[order],
            "people_count": np.where(smart, 0, rng.integers(1, 5, n))[order],
            "found_count": rng.poisson(0.5, n),
            "updated_at": updated[order],
        },
        dates="ended_at",
        known=updated[order],
    )


def _standards(b: Bureau) -> None:
    rng, w = b.rng("standards"), b.world
    town, item = (x.ravel() for x in np.meshgrid(np.arange(16), np.arange(len(ITEMS)), indexing="ij"))
    n = len(town)
    good = b.good("staff", town)
    ok = rng.random(n) < np.where(item < 6, 0.82, 0.68) + np.where(item < 6, 0.17, 0.30) * good
    room = item >= 6
    b.desk.add(
        "yj_standard_item",
        {
            "item_no": numbered("TM", n, 5),
            "station_no": b.stations[town],
            "item_group_word": np.array([i[0] for i in ITEMS], dtype=object)[item],
            "item_code": np.array([i[1] for i in ITEMS], dtype=object)[item],
            "item_name": np.array([i[2] for i in ITEMS], dtype=object)[item],
            "area_m2": keep(np.round(rng.uniform(15, 200, n), 1), room),
            "evidence_count": np.where(ok, rng.integers(1, 9, n), rng.integers(0, 2, n)),
            "is_accepted": ok,
            "accepted_date": keep(w.start - days(rng, n, 5, 900), ok),
            "is_content_confirmed": np.zeros(n, bool),
        },
        dates="accepted_date",
        repeat=False,
    )
    words = clauses()
    rows = [("隐患分类", c, t) for c, t in words.items()] + list(CLASSES)
    b.desk.add(
        "yj_class_code",
        {
            "class_code": np.array([r[1] for r in rows], dtype=object),
            "class_kind_word": np.array([r[0] for r in rows], dtype=object),
            "class_name": np.array([r[2] for r in rows], dtype=object),
            "parent_code": np.full(len(rows), None, dtype=object),
            "unit_word": np.array(["企业" if r[0] == "隐患分类" else None for r in rows], dtype=object),
            "valid_from_date": np.full(len(rows), np.datetime64("2022-01-01")),
            "valid_to_date": np.full(len(rows), NAT, "datetime64[D]"),
        },
        repeat=False,
    )
    k = len(THEIR_WORDS)
    b.desk.add(
        "yj_class_crosswalk",
        {
            "crosswalk_no": numbered("DZ", k, 5),
            **{c: np.array([x[i] for x in THEIR_WORDS], dtype=object) for i, c in enumerate(("dept_code", "their_word", "class_code"))},
            "contributed_date": w.start - days(rng, k, 10, 500),
        },
        repeat=False,
    )  # fmt: skip

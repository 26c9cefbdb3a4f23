"""Plans of every level, their versions, tasks and links, drills with findings, map layers, publicity and tests."""

from __future__ import annotations

import numpy as np

from simulator.departments._book import NAT, days, keep, numbered, pick
from simulator.departments._desk import when
from simulator.departments.emergency.bureau import RESPONDING, Bureau

# class of GB/T 35561 (five digits, a pilot list), name, group, district needs a plan, every town, hill towns only, lead
EVENT_TYPES = (
    ("10101", "洪涝灾害", "自然灾害", True, True, False, "SL"), ("10201", "台风", "自然灾害", True, True, False, "SL"),
    ("10301", "滑坡泥石流", "自然灾害", True, True, True, "ZR"), ("10401", "低温雨雪冰冻", "自然灾害", True, True, False, "YJ"),
    ("10601", "森林火灾", "自然灾害", True, True, True, "YJ"), ("20101", "危险化学品事故", "事故灾难", True, True, False, "YJ"),
    ("20201", "道路交通事故", "事故灾难", True, False, False, "GA"), ("20301", "城乡火灾", "事故灾难", True, True, False, "XF"),
    ("20401", "建筑施工事故", "事故灾难", True, True, False, "YJ"), ("20501", "燃气事故", "事故灾难", True, True, False, "GW"),
    ("30101", "传染病疫情", "公共卫生", True, True, False, "WJ"), ("30201", "食物中毒", "公共卫生", True, False, False, "WJ"),
    ("40101", "群体性事件", "社会安全", True, True, False, "GA"), ("40201", "踩踏事件", "社会安全", True, False, False, "GA"),
)  # fmt: skip
# the events for which the towns list their own plans as well
TOWN_EVENTS = ("20301", "10301", "20101", "10601", "10401")
TRIGGERS = ("定期修订", "法规变化", "机构调整", "演练发现", "实战检验", "风险变化")
TASKS = (("预警", "值班员", "接收预警并叫应责任人"), ("响应", "站长", "召集人员、启动响应"), ("处置", "救援组长", "组织先期处置和人员疏散"), ("保障", "内勤", "调拨物资、登记台账"))  # fmt: skip
VENUES = ("进工厂", "进农村", "进学校", "进社区")
AUDIENCES = {"进工厂": "职工", "进农村": "村居民", "进学校": "学生", "进社区": "老年人"}
SCENARIOS = ("台风洪涝", "城镇火灾", "森林火灾", "地质灾害", "危化品泄漏")


def write(b: Bureau) -> None:
    """Write the tables of this part."""
    plans = _plans(b)
    _versions(b, plans)
    _drills(b, plans)
    _layers(b, plans)
    _publicity(b)


def _plans(b: Bureau) -> dict[str, np.ndarray]:
    rng, w = b.rng("plans"), b.world
    n = len(EVENT_TYPES)
    b.desk.add(
        "yj_event_type",
        {
            c: np.array([e[i] for e in EVENT_TYPES])if i in (3, 4, 5) else np.array([e[i] for e in EVENT_TYPES], dtype=object)
            for i, c in enumerate(("event_type_code", "event_type_name", "event_group_word", "is_district_required",
                                   "is_town_required", "is_hill_only", "lead_dept_code"))
        },
        repeat=False,
    )  # fmt: skip
    rows: list[tuple] = []  # level, type, town, village, dept, firm, name
    for i, e in enumerate(EVENT_TYPES):
        rows.append(("区", i, -1, -1, None, -1, f"柯桥区{e[1]}应急预案"))
    for dept in RESPONDING:
        if rng.random() < 0.85:
            rows.append(("部门", -1, -1, -1, dept, -1, f"{dept}部门应急预案"))
    hill = np.isin(w.towns["terrain"], ["hill", "mountain"])
    for t in range(16):
        for i, e in enumerate(EVENT_TYPES):
            needed = e[4] and (not e[5] or hill[t])
            if needed and rng.random() < 0.62 + 0.37 * b.good("response", np.array([t]))[0]:
                rows.append(("镇街", i, t, -1, None, -1, f"{w.towns['name'][t]}{e[1]}应急预案"))
    for v, t in enumerate(w.villages["town"]):
        if rng.random() < 0.70 + 0.29 * b.good("response", np.array([t]))[0]:
            rows.append(("村社", -1, int(t), v, None, -1, f"{w.villages['name'][v]}应急预案"))
    for f in np.flatnonzero(w.firms["key"]):
        if rng.random() < 0.55 + 0.4 * w.firms["quality"][f]:
            rows.append(
                ("企业", -1, int(w.firms["town"][f]), -1, None, int(f), f"{w.firms['name'][f]}生产安全事故应急预案")
            )
    level = np.array([r[0] for r in rows], dtype=object)
    kind, town, village, firm = (np.array([r[k] for r in rows]) for k in (1, 2, 3, 5))
    n = len(rows)
    number = numbered("YA", n, 6)
    good = np.where(town < 0, 0.9, b.good("response", np.maximum(town, 0)))
    of_type = {i: number[j] for j, (lv, i) in enumerate(zip(level, kind, strict=True)) if lv == "区"}
    of_town = {int(t): number[j] for j, (lv, t) in enumerate(zip(level, town, strict=True)) if lv == "镇街"}
    above = np.array(
        [of_type.get(int(i)) if lv == "镇街" else of_town.get(int(t)) if lv in ("村社", "企业") else None
         for lv, i, t in zip(level, kind, town, strict=True)], dtype=object)  # fmt: skip
    linked = rng.random(n) < 0.60 + 0.39 * good
    current = rng.random(n) < 0.62 + 0.37 * good
    approved = np.where(current, w.end - days(rng, n, 30, 1000), w.end - days(rng, n, 1110, 2200))
    pages = np.where(level == "村社", rng.integers(1, 6, n), rng.integers(12, 70, n))
    s = b.desk.add(
        "yj_plan",
        {
            "plan_no": number,
            "plan_name": np.array([r[6] for r in rows], dtype=object),
            "plan_level_word": level,
            "event_type_code": np.array([EVENT_TYPES[i][0] if i >= 0 else None for i in kind], dtype=object),
            "dept_code": np.array([r[4] for r in rows], dtype=object),
            **b.town(town),
            "village_code": np.where(village >= 0, w.villages["code12"][village], None),
            "uscc": np.where(firm >= 0, w.firms["uscc"][firm], None).astype(object),
            "parent_plan_no": keep(above, linked),
            "page_count": pages,
            "named_person_count": np.where(rng.random(n) < 0.6 + 0.39 * good, rng.integers(4, 16, n), 0),
            "has_flow_chart": rng.random(n) < 0.65 + 0.34 * good,
            "approved_date": approved,
            "review_due_date": approved + np.timedelta64(1095, "D"),
            "abolished_date": np.full(n, NAT, "datetime64[D]"),
        },
        dates="approved_date! review_due_date", text="plan_name", empty="page_count has_flow_chart", towns=True,
    )  # fmt: skip
    b.truth.link(s.table, np.arange(n), "firm", np.where(firm >= 0, w.firms["no"][firm], None))
    # a village's and a firm's plan are the ones that the towns, the platform and the firms list too
    of_village = np.where(village >= 0, w.villages["code12"][village], None)
    of_firm = np.where(firm >= 0, w.firms["no"][firm], None)
    own = np.where(village >= 0, of_village, np.where(firm >= 0, of_firm, number))
    event = np.array([EVENT_TYPES[i][0] if i >= 0 else "" for i in kind], dtype=object)
    shared = np.isin(event.astype(str), TOWN_EVENTS) & (level == "镇街")
    own[shared] = w.towns["code12"][town[shared]] + ":" + event[shared]
    b.truth.link(s.table, np.arange(n), "plan", own)
    return {"no": number, "level": level, "town": town, "firm": firm, "dept": np.array([r[4] for r in rows], dtype=object),
            "good": good, "approved": approved, "above": above, "linked": linked, "kind": kind, "village": village}  # fmt: skip


def _versions(b: Bureau, p: dict[str, np.ndarray]) -> None:
    rng, w = b.rng("versions"), b.world
    n = len(p["no"])
    old = np.flatnonzero(rng.random(n) < 0.5)
    at = np.concatenate([np.arange(n), old])
    day = np.concatenate([p["approved"], p["approved"][old] - days(rng, len(old), 700, 1100)])
    m = len(at)
    b.desk.add(
        "yj_plan_version",
        {
            "version_no": numbered("BB", m, 6),
            "plan_no": p["no"][at],
            "version_name": np.where(np.arange(m) < n, "现行版", "上一版").astype(object),
            "trigger_word": pick(rng, TRIGGERS, m, (6, 2, 2, 1, 1, 1)),
            "revised_date": day,
            "filed_date": keep(day + days(rng, m, 2, 30), rng.random(m) < 0.9),
        },
        dates="filed_date",
    )
    town = np.flatnonzero(p["level"] == "镇街")
    at, step = (x.ravel() for x in np.meshgrid(town, np.arange(len(TASKS)), indexing="ij"))
    m = len(at)
    t = p["town"][at]
    who = b.someone(rng, t)
    row = {no: i for i, no in enumerate(b.staff["no"])}
    row = np.array([row[x] for x in who])
    named = rng.random(m) < 0.65 + 0.34 * p["good"][at]
    s = b.desk.add(
        "yj_plan_task",
        {
            "task_no": numbered("FJ", m, 7),
            "plan_no": p["no"][at],
            "step_word": np.array([x[0] for x in TASKS], dtype=object)[step],
            "post_word": np.array([x[1] for x in TASKS], dtype=object)[step],
            "duty_text": np.array([x[2] for x in TASKS], dtype=object)[step],
            "person_name": keep(b.staff["name"][row], named),
            "phone": keep(b.staff["phone"][row], named),
            "phone_verified_date": keep(w.end - days(rng, m, 3, 400), named),
        },
        phones="phone", people="person_name", dates="phone_verified_date", text="duty_text",
    )  # fmt: skip
    b.truth.link(s.table, np.arange(m), "person", keep(b.staff["id"][row], named))
    district = np.flatnonzero(p["level"] == "区")
    r = w.responses
    m = len(r["no"])
    b.desk.add(
        "yj_plan_activation",
        {
            "activation_no": numbered("QD", m, 5),
            "plan_no": p["no"][district][(r["disaster"] == "台风").astype(int)],
            "incident_no": np.full(m, None, dtype=object),
            "response_no": numbered("XY", m, 5),
            "activated_at": r["started"],
            "ended_at": r["ended"],
        },
        dates="ended_at",
        repeat=False,
    )
    at = np.flatnonzero(np.isin(p["level"], ["镇街", "部门", "村社"]) & (rng.random(n) < 0.9))
    m = len(at)
    ok = p["linked"][at] & np.array([x is not None for x in p["above"][at]])
    b.desk.add(
        "yj_plan_link",
        {
            "link_no": numbered("XJ", m, 6),
            "plan_no": p["no"][at],
            "linked_plan_no": keep(p["above"][at], ok),
            "direction_word": np.where(p["level"][at] == "部门", "横向", "向上").astype(object),
            "result_word": np.where(
                ok, pick(rng, ("衔接", "职责冲突"), m, (9, 1)), pick(rng, ("层级缺失", "未衔接"), m)
            ).astype(object),
            "checked_date": w.end - days(rng, m, 5, 350),
        },
        dates="checked_date!",
    )


def _drills(b: Bureau, p: dict[str, np.ndarray]) -> None:
    rng, w = b.rng("drills"), b.world
    town = np.repeat(np.arange(16), 4)
    some = np.flatnonzero((p["level"] == "村社") & (rng.random(len(p["no"])) < 0.8))
    firms = np.flatnonzero((p["level"] == "企业") & (rng.random(len(p["no"])) < 0.9))
    depts = np.flatnonzero(p["level"] == "部门")
    n_t, n_v, n_f, n_d = len(town), len(some), len(firms), len(depts)
    of = [np.flatnonzero((p["level"] == "镇街") & (p["town"] == t)) for t in range(16)]
    district = np.flatnonzero(p["level"] == "区")
    plan = np.concatenate([[rng.choice(of[t]) if len(of[t]) else district[0] for t in town], some, firms, depts, rng.choice(district, 6)])  # fmt: skip
    level = np.concatenate([np.full(n_t, "镇街"), np.full(n_v, "村社"), np.full(n_f, "企业"), np.full(n_d, "部门"), np.full(6, "区")])  # fmt: skip
    n = len(plan)
    where = np.concatenate([town, p["town"][some], p["town"][firms], np.full(n_d + 6, -1)])
    good = np.where(where < 0, 0.9, b.good("response", np.maximum(where, 0)))
    planned = (w.quarters[0][1] + days(rng, n, 5, int((w.end - w.quarters[0][1]).astype(int)) - 12)).astype(
        "datetime64[D]"
    )
    held = rng.random(n) < 0.52 + 0.46 * good
    cross = np.where(level == "区", True, (level == "镇街") & (rng.random(n) < 0.15 + 0.5 * good))
    number = numbered("YL", n, 6)
    form = pick(rng, ("桌面推演", "实战演练", "双盲演练", "紧急拉动"), n, (3, 5, 1, 1))
    s = b.desk.add(
        "yj_drill",
        {
            "drill_no": number,
            "drill_name": np.array([f"{lv}级{k}" for lv, k in zip(level, form, strict=True)], dtype=object),
            "drill_type_word": form,
            "level_word": level.astype(object),
            "plan_no": p["no"][plan],
            "dept_code": np.where(level == "部门", p["dept"][plan], None),
            **b.town(where),
            "uscc": np.where(level == "企业", w.firms["uscc"][p["firm"][plan]], None).astype(object),
            "is_cross_department": cross,
            "is_with_national_team": cross & (rng.random(n) < 0.5),
            "planned_date": planned,
            "held_date": keep(planned + days(rng, n, 0, 10), held),
            "people_count": keep(rng.integers(8, 160, n), held),
            "review_score": keep(np.clip(rng.normal(58 + 35 * good, 7), 20, 100).round(1), held),
        },
        dates="held_date", empty="people_count", towns=True,
    )  # fmt: skip
    b.truth.link(s.table, np.arange(n), "firm", np.where(level == "企业", w.firms["no"][p["firm"][plan]], None))
    at = np.repeat(np.flatnonzero(held & cross), 4)
    m = len(at)
    team = rng.integers(0, len(b.teams), m)
    by_dept = rng.random(m) < 0.55
    b.desk.add(
        "yj_drill_party",
        {
            "party_no": numbered("CY", m, 7),
            "drill_no": number[at],
            "dept_code": np.where(by_dept, pick(rng, RESPONDING, m), None),
            "team_no": np.where(by_dept, None, b.teams[team]),
            "people_count": rng.integers(2, 25, m),
            "is_on_time": rng.random(m) < 0.85,
        },
        empty="people_count",
    )
    at = np.repeat(np.flatnonzero(held & np.isin(level, ["镇街", "区", "部门"])), 2)
    m = len(at)
    due = planned[at] + days(rng, m, 25, 60)
    late = rng.random(m) > 0.50 + 0.46 * good[at]
    fixed = due + np.where(late, days(rng, m, 2, 50), -days(rng, m, 0, 20))
    b.desk.add(
        "yj_drill_finding",
        {
            "finding_no": numbered("WT", m, 6),
            "drill_no": number[at],
            "finding_text": pick(rng, ("集结超时", "通信联络不畅", "职责不清", "装备携带不全", "疏散引导混乱", "信息报送要素不全"), m),
            **b.town(where[at]),
            "dept_code": np.where(level[at] == "部门", p["dept"][plan[at]], None),
            "due_date": due,
            "fixed_date": keep(fixed, fixed < w.end),
        },
        dates="fixed_date", towns=True,
    )  # fmt: skip


def _layers(b: Bureau, p: dict[str, np.ndarray]) -> None:
    rng, w = b.rng("layers"), b.world
    kinds = ("队伍", "仓库", "避灾点", "视频", "风险点", "专家")
    scene, kind = (x.ravel() for x in np.meshgrid(np.arange(5), np.arange(6), indexing="ij"))
    n = len(scene)
    size = {
        "队伍": len(b.teams),
        "仓库": 17,
        "避灾点": len(w.shelters["id"]),
        "视频": 5200,
        "风险点": len(w.risk_points["id"]),
        "专家": 48,
    }
    word = np.array(kinds, dtype=object)[kind]
    plan = p["no"][np.flatnonzero(p["level"] == "区")][[1, 7, 4, 2, 5]]
    b.desk.add(
        "yj_scenario_layer",
        {
            "layer_no": numbered("TC", n, 4),
            "scenario_word": np.array(SCENARIOS, dtype=object)[scene],
            "layer_name": np.array([f"{SCENARIOS[s]}{k}图层" for s, k in zip(scene, word, strict=True)], dtype=object),
            "resource_word": word,
            "plan_no": plan[scene],
            "crs_word": pick(rng, ("CGCS2000", "WGS-84"), n),
            "feature_count": np.array([size[k] for k in word]),
            "updated_date": w.end - days(rng, n, 1, 200),
        },
        dates="updated_date!",
        repeat=False,
    )


def _publicity(b: Bureau) -> None:
    rng, w = b.rng("publicity"), b.world
    town, venue, q, _ = (
        x.ravel()
        for x in np.meshgrid(np.arange(16), np.arange(4), np.arange(len(w.quarters)), np.arange(3), indexing="ij")
    )
    n = len(town)
    good = b.good("response", town, q)
    planned = when(w, rng, q).astype("datetime64[D]")
    held = rng.random(n) < 0.50 + 0.47 * good
    word = np.array(VENUES, dtype=object)[venue]
    form = pick(rng, ("讲座", "演练体验", "文艺宣传", "入户宣传", "展览", "直播"), n)
    b.desk.add(
        "yj_publicity_event",
        {
            "event_no": numbered("XJ", n, 7),
            "event_name": np.array([f"应急知识{v}{f}" for v, f in zip(word, form, strict=True)], dtype=object),
            "venue_word": word,
            "event_type_word": form,
            **b.town(town),
            "audience_word": np.array([AUDIENCES[v] for v in word], dtype=object),
            "planned_date": planned,
            "held_date": keep(planned + days(rng, n, 0, 8), held),
            "audience_count": keep(rng.integers(15, 400, n), held),
            "channel_word": pick(rng, ("现场", "微信", "电视", "抖音", "广播"), n, (10, 2, 0.3, 1, 0.5)),
        },
        dates="held_date", text="event_name", empty="audience_word channel_word", towns=True,
    )  # fmt: skip
    n = 160
    town = np.where(rng.random(n) < 0.3, -1, rng.integers(0, 16, n))
    kind = pick(rng, ("应急手册", "宣传折页", "短视频", "公众号文章", "电视专题"), n)
    paper = np.isin(kind, ["应急手册", "宣传折页"])
    b.desk.add(
        "yj_publicity_material",
        {
            "material_no": numbered("SC", n, 6),
            "material_word": kind,
            "title": pick(
                rng, ("家庭应急手册", "企业有限空间作业须知", "汛期避险指南", "电动车充电安全", "急救知识一百问"), n
            ),
            **b.town(town),
            "issued_date": w.end - days(rng, n, 2, 365),
            "copies_count": keep(rng.integers(200, 9000, n), paper),
            "views_count": keep(rng.integers(100, 60000, n), ~paper),
        },
        dates="issued_date!",
        text="title",
        towns=True,
    )
    town, skill = (x.ravel() for x in np.meshgrid(np.arange(16), np.arange(4), indexing="ij"))
    n = len(town)
    size = rng.integers(20, 150, n)
    b.desk.add(
        "yj_skill_test",
        {
            "test_no": numbered("CS", n, 6),
            **b.town(town),
            "group_word": pick(rng, ("企业职工", "村居民", "学生", "志愿者"), n),
            "skill_word": np.array(("灭火器使用", "心肺复苏", "逃生疏散", "避险自救"), dtype=object)[skill],
            "tested_count": size,
            "passed_count": np.maximum(1, np.floor(size * np.clip(rng.normal(0.45 + 0.5 * b.good("response", town), 0.08), 0, 1))).astype(int),
            "tested_date": w.end - days(rng, n, 3, 350),
        },
        dates="tested_date!", towns=True,
    )  # fmt: skip

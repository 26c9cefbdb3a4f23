"""The platform itself: modules, accounts, logins, tasks, what was matched with the four platforms, data sharing."""

from __future__ import annotations

import numpy as np

from simulator.departments._book import NAT, days, keep, numbered, pick
from simulator.departments._desk import minutes, when
from simulator.departments.emergency.bureau import DEPARTMENTS, RESPONDING, Bureau

MODULES = (
    ("应急指挥处置", "应急指挥", "2020-06-01", 0.22), ("应急信息", "灾害信息共享", "2020-06-01", 0.24),
    ("防火", "日常监管", "2020-09-01", 0.08), ("安监", "日常监管", "2020-06-01", 0.25),
    ("防汛防台", "预报预警", "2020-06-01", 0.12), ("防地质灾害", "预报预警", "2021-04-01", 0.06),
    ("应急预案", "资源统筹调度", "2021-09-01", 0.03),
)  # fmt: skip
# department, table, delay allowed in minutes, required, new
CATALOGUE = (
    ("GA", "视频监控点", 15, True, False), ("GA", "警情到场时间", 60, True, False), ("SL", "雨量", 10, True, False),
    ("SL", "河道水情", 60, True, False), ("SL", "水库水情", 60, True, False), ("TT", "高点视频", 15, True, False),
    ("TT", "感知设备心跳", 60, True, False), ("ZF", "执法检查", 60, True, False), ("ZF", "行政处罚案件", 1440, True, False),
    ("ZF", "执法证件", 1440, True, False), ("XF", "消防物联报警", 1, True, False), ("XF", "接处警", 60, True, False),
    ("QX", "气象预警", 3, True, False), ("QX", "逐十分钟雨量", 10, True, False), ("ZL", "四平台事件", 60, True, False),
    ("ZL", "网格巡查", 1440, True, False), ("WJ", "急救资源", 1440, True, False), ("WJ", "脆弱人群健康信息", 43200, True, False),
    ("PX", "学习记录", 1440, True, False), ("JJ", "基金资助", 43200, True, False), ("QY", "企业自报", 43200, True, False),
    ("ZR", "地质灾害点", 1440, True, False), ("ZR", "风险防范区", 43200, True, False), ("GW", "企业用电", 1440, True, False),
    ("GW", "企业用水", 1440, False, True), ("JT", "道路阻断", 60, True, False), ("JT", "危货车辆轨迹", 60, False, True),
    ("MZ", "脆弱人群", 43200, True, False), ("MZ", "社会组织", 1440, True, False), ("RW", "民兵队伍", 43200, True, False),
    ("ZJ", "站所花名册", 43200, True, False), ("RD", "督查建议", 43200, True, False),
)  # fmt: skip
MODELS = (
    ("林火烟火识别", "烟火识别", "高点视频", "0.9120", "0.8640", "2021-10-08"),
    ("企业夜间用电异常", "企业用电异常", "企业用电", "0.8350", "0.7710", "2022-03-15"),
    ("低洼路段积水预测", "积水预测", "逐十分钟雨量", "0.7880", "0.8020", "2022-06-20"),
    ("隐患描述归类", "隐患文本归类", "隐患登记", "0.9010", "0.8930", "2023-05-11"),
    ("广场人员聚集", "人员聚集", "视频监控点", "0.8660", "0.8450", "2023-11-02"),
)


def write(b: Bureau) -> None:
    """Write the tables of this part."""
    _modules(b)
    accounts = _accounts(b)
    _logins(b, accounts)
    tasks = _tasks(b)
    _matches(b, tasks)
    _sharing(b)


def _modules(b: Bureau) -> None:
    n = len(MODULES)
    b.desk.add(
        "yj_module",
        {
            "module_no": numbered("MK", n, 2),
            "module_name": np.array([m[0] for m in MODULES], dtype=object),
            "capability_word": np.array([m[1] for m in MODULES], dtype=object),
            "launched_date": np.array([m[2] for m in MODULES], "datetime64[D]"),
            "retired_date": np.full(n, NAT, "datetime64[D]"),
            "interface_count": np.array([9, 6, 3, 7, 8, 2, 0]),
            "is_single_sign_on": np.array([True, True, False, True, True, False, False]),
        },
        repeat=False,
    )
    b.desk.add(
        "yj_analysis_model",
        {
            "model_no": numbered("MX", len(MODELS), 3),
            **{
                c: np.array([m[i] for m in MODELS], dtype=object)
                for i, c in enumerate(("model_name", "purpose_word", "input_text", "precision_share", "recall_share"))
            },
            "launched_date": np.array([m[5] for m in MODELS], "datetime64[D]"),
            "retired_date": np.full(len(MODELS), NAT, "datetime64[D]"),
        },
        repeat=False,
    )


def _accounts(b: Bureau) -> dict[str, np.ndarray]:
    """Accounts of the centre, stations, villages and departments, and how eagerly each is used."""
    rng, w, p = b.rng("accounts"), b.world, b.staff
    here = np.flatnonzero(np.isnat(p["left"]))
    v = np.arange(len(w.villages["town"]))
    d = np.repeat(np.array(DEPARTMENTS, dtype=object), 2)
    level = np.concatenate(
        [np.full(6, "区"), np.full(len(here), "镇街"), np.full(len(v), "村社"), np.full(len(d), "部门")]
    )
    n = len(level)
    town = np.concatenate([np.full(6, -1), p["town"][here], w.villages["town"], np.full(len(d), -1)])
    none = np.full(n, None, dtype=object)
    person, village, dept = none.copy(), none.copy(), none.copy()
    person[6 : 6 + len(here)] = p["no"][here]
    village[6 + len(here) : 6 + len(here) + len(v)] = w.villages["code12"]
    dept[n - len(d) :] = d
    number = numbered("ZH", n, 5)
    b.desk.add(
        "yj_account",
        {
            "account_no": number,
            "person_no": person,
            "account_level_word": level.astype(object),
            **b.town(town),
            "village_code": village,
            "dept_code": dept,
            "issued_date": w.start - days(rng, n, 30, 1500),
            "closed_date": keep(w.end - days(rng, n, 1, 25), rng.random(n) < 0.02),
        },
        dates="issued_date!", towns=True,
    )  # fmt: skip
    eager = np.where(town >= 0, 0.30 + 0.65 * b.good("response", np.maximum(town, 0)), 0.8)
    eager = np.where(level == "村社", eager * 0.8, eager)
    return {"no": number, "town": town, "eager": eager, "level": level}


def _logins(b: Bureau, a: dict[str, np.ndarray]) -> None:
    rng, w = b.rng("logins"), b.world
    months = np.arange(w.start.astype("datetime64[M]"), w.end.astype("datetime64[M]"))
    parts = []
    for month in months:
        first = month.astype("datetime64[D]")
        length = int(((month + 1).astype("datetime64[D]") - first).astype(int))
        active = np.flatnonzero(rng.random(len(a["no"])) < a["eager"])
        who = np.repeat(active, 1 + rng.poisson(5 * a["eager"][active]))
        at = first.astype("datetime64[s]") + (
            rng.integers(0, length, len(who)) * 86400 + rng.integers(7 * 3600, 21 * 3600, len(who))
        ).astype("timedelta64[s]")
        parts.append((who, at))
    who, at = (np.concatenate(x) for x in zip(*parts, strict=True))
    order = np.argsort(at, kind="stable")
    who, at = who[order], at[order]
    n = len(who)
    b.desk.add(
        "yj_login_log",
        {
            "log_no": numbered("DL", n, 9),
            "account_no": a["no"][who],
            "module_no": pick(rng, [f"MK{i:02d}" for i in range(1, 8)], n, [m[3] for m in MODULES]),
            "client_word": pick(rng, ("电脑端", "手机端", "指挥大屏"), n, (5, 5, 0.2)),
            "logged_in_at": at,
            "logged_out_at": keep(at + minutes(rng, n, 1, 90), rng.random(n) < 0.7),
        },
        empty="client_word",
        known=at,
    )


def _tasks(b: Bureau) -> dict[str, np.ndarray]:
    rng, w = b.rng("tasks"), b.world
    n = w.n(1100) * len(w.quarters)
    q = np.sort(b.quarter(rng, n))
    weight = np.sqrt(w.towns["population"])
    town = rng.choice(16, n, p=weight / weight.sum())
    good = b.good("response", town, q)
    at = when(w, rng, q)
    order = np.argsort(at, kind="stable")
    q, town, good, at = q[order], town[order], good[order], at[order]
    due = at + pick(rng, (6, 24, 72, 168), n, (1, 3, 4, 2)).astype(int) * np.timedelta64(3600, "s")
    received = at + minutes(rng, n, 1, 10) + (minutes(rng, n, 0, 120).astype(int) * (1 - good)).astype("timedelta64[s]")
    span = (due - received).astype(int)
    late = rng.random(n) > 0.60 + 0.36 * good
    took = np.where(late, span * rng.uniform(1.05, 1.8, n), span * rng.uniform(0.1, 0.95, n)).clip(120).astype(int)
    done = received + took.astype("timedelta64[s]")
    number = numbered("RW", n, 8)
    parent = np.where((rng.random(n) < 0.3) & (np.arange(n) > 10), number[np.maximum(np.arange(n) - rng.integers(1, 10, n), 0)], None)  # fmt: skip
    kind = pick(rng, ("巡查", "整改督办", "预警叫应", "物资调拨", "信息核实", "值守"), n, (4, 3, 1.5, 0.5, 3, 1))
    low = rng.random(n) < 0.45
    updated = np.where(done < b.end, done, np.maximum(received, at)) + np.timedelta64(300, "s")
    b.desk.add(
        "yj_task_flow",
        {
            "task_no": number,
            "parent_task_no": parent,
            "module_no": pick(rng, [f"MK{i:02d}" for i in range(1, 8)], n, [m[3] for m in MODULES]),
            "task_kind_word": kind,
            **b.town(town),
            "from_level_word": np.where(low, "镇街", "区").astype(object),
            "to_level_word": np.where(low, "村社", "镇街").astype(object),
            "is_online": rng.random(n) < 0.32 + 0.62 * good,
            "is_auto_assigned": rng.random(n) < 0.08 + 0.4 * good,
            "created_at": at,
            "received_at": received,
            "due_at": due,
            "done_at": keep(done, done < b.end),
            "updated_at": updated,
        },
        dates="received_at done_at",
        towns=True,
        known=updated,
    )
    return {"no": number, "town": town, "good": good, "at": at}


def _matches(b: Bureau, tasks: dict[str, np.ndarray]) -> None:
    """Which events of this platform were tied to one of the four platforms; the other side keeps its own number."""
    rng, w = b.rng("matches"), b.world
    i = b.incidents
    town = np.concatenate([w.incidents["town"][i["row"]], tasks["town"]])
    n_i, n_t = len(i["no"]), len(tasks["no"])
    take = np.flatnonzero(np.concatenate([np.ones(n_i, bool), rng.random(n_t) < 0.25]))
    good = np.concatenate([b.good("response", w.incidents["town"][i["row"]]), tasks["good"]])[take]
    none = np.full(n_i + n_t, None, dtype=object)
    event, task = none.copy(), none.copy()
    event[:n_i], task[n_i:] = i["no"], tasks["no"]
    at = np.concatenate([w.incidents["alarm"][i["row"]], tasks["at"]])[take] + minutes(rng, len(take), 5, 600)
    n = len(take)
    eligible = rng.random(n) < 0.85
    tied = eligible & (rng.random(n) < 0.20 + 0.70 * good)
    other = np.array([f"ZL{x:010d}" for x in np.where(take < n_i, take + 1, 500_000 + take)], dtype=object)
    b.desk.add(
        "yj_event_match",
        {
            "match_no": numbered("GL", n, 7),
            "incident_no": event[take],
            "task_no": task[take],
            "governance_event_no": keep(other, tied),
            **b.town(town[take]),
            "is_eligible": eligible,
            "match_score": keep(np.array([f"{x:.3f}" for x in rng.uniform(0.72, 1.0, n)], dtype=object), tied),
            "is_duplicate_work": rng.random(n) < np.where(tied, 0.04, 0.22),
            "matched_at": at,
        },
        towns=True,
    )


def _sharing(b: Bureau) -> None:
    rng, w = b.rng("sharing"), b.world
    n = len(CATALOGUE)
    fields = rng.integers(6, 30, n)
    quality = dict(zip(DEPARTMENTS, rng.uniform(0.55, 1.0, len(DEPARTMENTS)), strict=True))
    good = np.array([quality[c[0]] for c in CATALOGUE])
    hooked = rng.random(n) < 0.6 + 0.4 * good
    day = w.start - days(rng, n, 10, 900)
    accepted = hooked & (rng.random(n) < 0.85)
    number = numbered("ML", n, 4)
    b.desk.add(
        "yj_data_catalogue",
        {
            "catalogue_no": number,
            "dept_code": np.array([c[0] for c in CATALOGUE], dtype=object),
            "table_name": np.array([c[1] for c in CATALOGUE], dtype=object),
            "is_required": np.array([c[3] for c in CATALOGUE]),
            "published_date": keep(day, hooked),
            "accepted_date": keep(day + days(rng, n, 5, 60), accepted),
            "delay_limit_minutes": np.array([c[2] for c in CATALOGUE]),
            "mapped_field_count": np.floor(fields * np.clip(good + 0.1, 0, 1)).astype(int),
            "field_count": fields,
            "is_new_source": np.array([c[4] for c in CATALOGUE]),
        },
        repeat=False,
    )
    # one line a day for every hooked table, whatever its beat: the exchange log is kept by the day
    span = np.arange(w.start, w.end)
    at, day_ = (x.ravel() for x in np.meshgrid(np.flatnonzero(hooked), np.arange(len(span)), indexing="ij"))
    n = len(at)
    due = span[day_].astype("datetime64[s]") + np.timedelta64(8, "h")
    allowed = np.array([c[2] for c in CATALOGUE])[at]
    late = rng.random(n) > 0.80 + 0.19 * good[at]
    took = np.where(late, allowed * rng.uniform(1.1, 3, n), allowed * rng.uniform(0.05, 0.95, n)).clip(0.2, 9000)
    rows = np.maximum(1, np.exp(rng.normal(6, 1.2, n))).astype(int)
    failed = np.where(rng.random(n) < 0.12, np.minimum(rows, rng.integers(1, 60, n)), 0)
    result = np.where(failed == 0, "成功", np.where(failed == rows, "失败", "部分失败"))
    received = due + (took * 60).astype(int).astype("timedelta64[s]")
    order = np.argsort(received, kind="stable")
    b.desk.add(
        "yj_exchange_log",
        {
            "log_no": numbered("JH", n, 8),
            "catalogue_no": number[at][order],
            "dept_code": np.array([c[0] for c in CATALOGUE], dtype=object)[at][order],
            "due_at": due[order],
            "received_at": received[order],
            "row_count": rows[order],
            "failed_row_count": failed[order],
            "result_word": result.astype(object)[order],
        },
        known=received[order],
    )
    online = ("GA", "SL", "TT", "XF", "QX", "ZL", "PX", "QY", "GW", "JT")
    step = np.arange(w.start.astype("datetime64[h]"), w.end.astype("datetime64[h]"), 3)
    which, at = (x.ravel() for x in np.meshgrid(np.arange(len(online)), np.arange(len(step)), indexing="ij"))
    n = len(which)
    up = rng.random(n) < np.array([0.95 + 0.049 * quality[d] for d in online])[which]
    probed = step[at].astype("datetime64[s]") + minutes(rng, n, 0, 2)
    order = np.argsort(probed, kind="stable")
    code = np.where(up, 200, rng.choice([500, 502, 504, 401], n))
    b.desk.add(
        "yj_probe_log",
        {
            "probe_no": numbered("TC", n, 8),
            "dept_code": np.array(online, dtype=object)[which][order],
            "interface_name": np.array([f"{d} 数据接口" for d in online], dtype=object)[which][order],
            "probed_at": probed[order],
            "is_ok": up[order],
            "answer_ms": np.where(up, np.exp(rng.normal(5, 0.6, n)), 30000).astype(int)[order],
            "http_status_code": code[order],
        },
        known=probed[order],
    )
    m = 14
    start = w.end - days(rng, m, 60, 900)
    b.desk.add(
        "yj_sharing_agreement",
        {
            "agreement_no": numbered("XI", m, 4),
            "from_dept_code": pick(rng, RESPONDING, m),
            "resource_word": pick(rng, ("队伍", "物资", "装备", "视频", "数据", "场地"), m),
            "counterpart_name": pick(rng, ("区应急管理局", "区防汛防台抗旱指挥部", "绍兴市应急管理局", "越城区应急管理局"), m),
            "valid_from_date": start,
            "valid_to_date": start + np.timedelta64(1095, "D"),
            "used_count": rng.integers(0, 20, m),
        },
        dates="valid_to_date", repeat=False,
    )  # fmt: skip

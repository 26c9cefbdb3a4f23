"""Build a small, believable release folder with the mart columns the pages read.

Seeded: the same seed gives the same rows. It pretends; nothing here is a result of the method.

    python tests/app/make_release.py DIR            # writes DIR/2026Q3-r1 and DIR/current.json
    python tests/app/make_release.py DIR --empty    # the same tables without rows
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import random
from decimal import Decimal as D
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

DISTRICT = "330603"
PERIODS = ("2026Q2", "2026Q3")
METHOD = "m2026a"
SPAN = {"method_version": METHOD, "effective_from": dt.date(2026, 1, 1), "effective_to": dt.date(9999, 12, 31)}
TOWNS = (
    ("330603001000", "柯桥街道", "Keqiao", "plain"),
    ("330603002000", "柯岩街道", "Keyan", "plain"),
    ("330603003000", "华舍街道", "Huashe", "plain"),
    ("330603004000", "湖塘街道", "Hutang", "hill"),
    ("330603005000", "齐贤街道", "Qixian", "plain"),
    ("330603006000", "福全街道", "Fuquan", "plain"),
    ("330603007000", "安昌街道", "Anchang", "plain"),
    ("330603008000", "兰亭街道", "Lanting", "hill"),
    ("330603009000", "钱清街道", "Qianqing", "plain"),
    ("330603010000", "杨汛桥街道", "Yangxunqiao", "plain"),
    ("330603011000", "马鞍街道", "Ma'an", "coast"),
    ("330603105000", "平水镇", "Pingshui", "hill"),
    ("330603107000", "王坛镇", "Wangtan", "hill"),
    ("330603109000", "稽东镇", "Jidong", "hill"),
    ("330603111000", "漓渚镇", "Lizhu", "hill"),
    ("330603114000", "夏履镇", "Xialü", "hill"),
)
COHORTS = {
    "plain": ("平原城区", "Plain and urban"),
    "coast": ("沿海产业", "Coastal industry"),
    "hill": ("山区半山区", "Hills and mountains"),
}
WORD_LISTS = (("hazard_grade", "隐患等级", "Hazard grade"), ("hazard_status", "隐患状态", "Hazard status"))
DUE = "B101 B102 B201 B202 B204 C202 C204 C301 C302 C303 C305 D101 D102 D203 E103 E104 H101 H201".split()
L1_EN = {
    "A": "Organisation",
    "B": "People",
    "C": "Risk and hazards",
    "D": "Monitoring",
    "E": "Response",
    "F": "Supplies",
    "G": "Plans and drills",
    "H": "Enforcement and firms",
    "I": "Social forces",
}
INDUSTRIES = (
    ("dyeing", "印染", "Dyeing"),
    ("weaving", "织造、经编、绣花", "Weaving"),
    ("chemfibre", "化纤", "Chemical fibre"),
    ("chemical", "化工、危化", "Chemicals"),
    ("machinery", "机械、纺机", "Machinery"),
    ("crowded", "人员密集场所", "Crowded venues"),
    ("other", "其他", "Other"),
)
ITEMS = (
    (
        "E103",
        "1目标职责",
        "Duties",
        "安全管理机构与人员配备",
        "Safety department and staff",
        5,
        "SAFETY_MGR_SHORT",
        "专职安全管理人员少 1 名",
        "One safety officer short",
    ),
    (
        "E303",
        "3教育培训",
        "Training",
        "特种作业持证有效率",
        "Valid special-operation certificates",
        5,
        "SPECIAL_OP_VOID",
        "2 名特种作业人员证件过期",
        "Two special operators hold expired certificates",
    ),
    (
        "E402",
        "4现场管理",
        "Site",
        "有限空间（污水池）门禁与台账",
        "Confined-space register and access control",
        3,
        "CONFINED_SPACE",
        "1 处有限空间无警示标识",
        "One confined space has no warning sign",
    ),
    (
        "E403",
        "4现场管理",
        "Site",
        "危化品暂存量与标签",
        "Hazchem day stock and labels",
        3,
        "HAZCHEM_STORE",
        "危化品超量暂存 1 次",
        "Hazardous chemicals above one day's stock, once",
    ),
    (
        "E404",
        "4现场管理",
        "Site",
        "疏散通道、三合一、宿舍分离",
        "Exits clear, no dwelling in workshop",
        3,
        "EXIT_BLOCKED",
        "疏散通道堵塞 1 处",
        "One blocked exit",
    ),
    (
        "E405",
        "4现场管理",
        "Site",
        "感知设备安装与在线",
        "Devices installed and online",
        3,
        "SENSOR_OFF",
        "应装 8 台，在线 6 台",
        "8 devices required, 6 online",
    ),
    (
        "E503",
        "5双重预防",
        "Prevention",
        "一般隐患按期整改率",
        "General hazards closed on time",
        6,
        "RECTIFY_LATE",
        "到期 9 条，按期整改 7 条",
        "9 hazards due, 7 closed on time",
    ),
    (
        "E504",
        "5双重预防",
        "Prevention",
        "重大隐患治理方案与报告",
        "Major hazard plan and report",
        4,
        "MAJOR_NO_PLAN",
        "重大隐患 7 日内未报治理方案",
        "No plan within seven days for a major hazard",
    ),
    (
        "E505",
        "5双重预防",
        "Prevention",
        "隐患复发",
        "Recurrence",
        3,
        "REPEAT",
        "180 日内同类隐患复发 1 次",
        "One hazard recurred within 180 days",
    ),
    (
        "E801",
        "8持续改进",
        "Improvement",
        "行政处罚与逾期不改",
        "Penalties and refusal to correct",
        3,
        "PENALTY",
        "本季行政处罚 1 次",
        "One administrative penalty this quarter",
    ),
)
RULES = (
    (
        "ST-01",
        "站长",
        "配1名专职站长并完成任职培训",
        "one full-time head with appointment training",
        "任职培训合格",
        "major",
        "NO_HEAD",
        "pilot",
    ),
    (
        "ST-02",
        "执法岗",
        "每站在编有效执法证不少于2人",
        "at least 2 valid in-quota enforcement certificates",
        "行政执法证",
        "critical",
        "LAW_CERT_LT2",
        "sourced",
    ),
    (
        "ST-03",
        "执法岗",
        "建议执法证人数",
        "recommended certificates by load",
        "行政执法证",
        "minor",
        "LAW_CERT_LOAD",
        "pilot",
    ),
    ("ST-04", "专职", "专职人数按负荷核定", "full-time headcount by load", "", "major", "FT_SHORT", "pilot"),
    ("ST-05", "兼职", "兼职人数", "part-time headcount", "", "minor", "PT_SHORT", "pilot"),
    (
        "ST-06",
        "辅助人员",
        "辅助人员不得单独执法，须经培训考试",
        "auxiliaries may only assist, exam needed",
        "辅助人员考试合格",
        "major",
        "AUX_ACTING_ALONE",
        "sourced",
    ),
)
FIXES = {
    "none": ("无需处理", "Nothing to do"),
    "renew": ("换证", "Renew the certificate"),
    "review": ("补办复审", "Do the overdue review"),
    "train": ("参加培训考证", "Train and certify present staff"),
    "recruit": ("增配人员", "Recruit"),
}
SILO_TABLES = (
    ("police", "cameras", "视频监控点", "Cameras", "GA", 5200),
    ("police", "incidents", "警情", "Incidents", "GA", 840),
    ("police", "auxiliary_staff", "辅助人员", "Auxiliary staff", "GA", 210),
    ("water", "st_stbprp_b", "测站基本属性表", "Stations", "SL", 160),
    ("water", "st_pptn_r", "降水量表", "Rainfall", "SL", 130000),
    ("towers", "devices", "感知设备", "Devices", "TT", 3400),
    ("towers", "heartbeats", "设备心跳（日）", "Heartbeats per day", "TT", 98000),
    ("enforcement", "enterprises", "企业名录", "Enterprises", "ZF", 420),
    ("enforcement", "hazards", "隐患清单", "Hazards", "ZF", 7100),
    ("enforcement", "station_rosters", "应急管理站花名册", "Station rosters", "ZF", 230),
)
# per table with points: verdict on its reference system, metres from the anchors as sent
FEEDS = {
    "cameras": {"declared_only": None},
    "devices": {"proven": 498.8},
    "enterprises": {"contradicted": 511.5},
    "st_stbprp_b": {"no_points": None},
}


def q(value: float | D | None, places: int = 2) -> D | None:
    """Return ``value`` as a decimal with ``places`` places, half up."""
    from decimal import ROUND_HALF_UP

    return None if value is None else D(str(value)).quantize(D(1).scaleb(-places), ROUND_HALF_UP)


def _grade(score: D | None) -> str | None:
    return None if score is None else "A" if score >= 90 else "B" if score >= 80 else "C" if score >= 60 else "D"


def _indicators() -> list[dict]:
    names = (
        "code l1 l1_zh l2 l2_zh name_zh name_en unit direction floor target "
        "weight_l1 weight_l2 weight_l3 missing_rule status"
    ).split()
    text = (Path(__file__).parent / "indicators.txt").read_text(encoding="utf-8")
    rows = [dict(zip(names, line.split("|"), strict=True)) for line in text.splitlines()]
    l1 = {r["l1"]: 0.0 for r in rows if r["code"] in DUE}
    for r in rows:
        r["w"] = float(r["weight_l1"]) * float(r["weight_l2"]) * float(r["weight_l3"])
        if r["code"] in DUE:
            l1[r["l1"]] += r["w"]
    total = sum(l1.values())
    for r in rows:
        r["share"] = r["w"] / total if r["code"] in DUE else None
    return rows


def _rank(scores: list[D | None]) -> list[int | None]:
    return [None if s is None else 1 + sum(1 for o in scores if o is not None and o > s) for s in scores]


def _median(values: list) -> D:
    ordered = sorted(values)
    return ordered[len(ordered) // 2]


def _town_tables(rng: random.Random, t: dict) -> None:
    indicators = _indicators()
    skill = {town[0]: rng.uniform(58, 93) for town in TOWNS}
    skill["330603011000"] = 95
    cells: dict[tuple, dict] = {}
    for period in PERIODS:
        for town in TOWNS:
            for r in indicators:
                cell = {"score": None, "status": "not_due", "num": None, "den": None, "raw": None}
                if r["code"] in DUE:
                    score = max(0.0, min(100.0, rng.gauss(skill[town[0]], 18)))
                    before = cells.get((PERIODS[0], town[0], r["code"]))
                    if period == PERIODS[1] and before and before["score"] is not None:
                        score = max(0.0, min(100.0, before["score"] + rng.gauss(1.2, 9)))
                    status = "observed"
                    if r["code"] == "C302" and rng.random() < 0.3:
                        status = "not_applicable"
                    if town[0] == "330603107000" and r["l1"] in "DE" and period == PERIODS[1]:
                        status = "not_reported" if r["code"] != "E104" else "unreadable"
                    if town[0] == "330603109000" and r["code"] in ("B101", "B102", "B201", "B202", "B204", "C202"):
                        status = "not_reported"
                    lo, hi = (float(x.split("..")[0]) for x in (r["floor"], r["target"]))
                    raw = lo + (hi - lo) * score / 100
                    if r["code"] == "B201":
                        raw = float(round(raw))
                        score = 100 * raw / 3
                    den = rng.choice([3, 4, 7, 12, 24, 60, 180])
                    cell = {
                        "score": score if status == "observed" else None if status == "not_applicable" else 0.0,
                        "status": status,
                        "num": raw * den / 100,
                        "den": den,
                        "raw": raw if status == "observed" else None,
                    }
                cells[period, town[0], r["code"]] = cell
    base: dict[tuple, D] = {}
    for period in PERIODS:
        for town in TOWNS:
            live = [r for r in indicators if r["share"] and cells[period, town[0], r["code"]]["score"] is not None]
            spare = 1 - sum(r["share"] for r in live)
            share = {r["code"]: r["share"] + spare * r["share"] / (1 - spare) for r in live}
            observed = sum(share[r["code"]] for r in live if cells[period, town[0], r["code"]]["status"] == "observed")
            lost_all = 0.0
            for r in indicators:
                cell, before = cells[period, town[0], r["code"]], cells.get((PERIODS[0], town[0], r["code"]))
                weight = share.get(r["code"], 0.0)
                lost = weight * (100 - cell["score"]) if cell["score"] is not None else 0.0
                lost_all += lost
                changed = period == PERIODS[1] and cell["status"] != "not_due"
                t["town_indicator_scores"].append(
                    {
                        "district_code": DISTRICT,
                        "town_id": town[0],
                        "period": period,
                        "indicator_code": r["code"],
                        "l1_code": r["l1"],
                        "l2_code": r["l2"],
                        "name_zh": r["name_zh"],
                        "name_en": r["name_en"],
                        "unit": r["unit"],
                        "direction": r["direction"],
                        "aggregation": "median" if "中位" in r["name_zh"] else "ratio",
                        "cell_status": cell["status"],
                        "missing_rule": r["missing_rule"],
                        "is_shrunk": bool(cell["den"] and cell["den"] < 10),
                        "numerator": q(cell["num"], 6),
                        "denominator": q(cell["den"], 6),
                        "sample_count": cell["den"],
                        "raw_value": q(cell["raw"], 6),
                        "value": q(cell["raw"], 6),
                        "district_value": q(cell["raw"], 6),
                        "floor_text": r["floor"],
                        "target_text": r["target"],
                        "score": q(cell["score"], 6),
                        "published_score": q(cell["score"]),
                        "weight_share": q(weight, 9),
                        "points_lost": q(lost, 6),
                        "evidence_count": cell["den"] or 0,
                        "rule_status": r["status"],
                        "previous_value": q(before["raw"], 6) if changed else None,
                        "previous_score": q(before["score"], 6) if changed else None,
                    }
                )
                if cell["status"] == "observed":
                    for n in range(int(cell["den"])):
                        t["indicator_evidence"].append(
                            {
                                "district_code": DISTRICT,
                                "indicator_code": r["code"],
                                "unit_id": town[0],
                                "period": period,
                                "entity_type": "hazard" if r["l1"] == "C" else "person",
                                "entity_id": f"H{rng.randrange(16**10):010x}",
                                "numerator": q(float(n % 4 != 0), 6),
                                "denominator": q(1.0, 6),
                                "occurred_at": _moment(rng, period),
                                "landing_ref": f"enforcement/hazards/000001-9f3c2ab1#隐患清单_{period}.xlsx!隐患清单:{n + 4}",
                                "unit_type": "town",
                                "system": "town",
                            }
                        )
            score = q(100 - lost_all)
            base[period, town[0]] = score
            codes = sorted({r["l1"] for r in indicators}) + sorted({r["l2"] for r in indicators})
            for code in codes:
                inside = [r for r in live if code in (r["l1"], r["l2"])]
                weight = sum(share[r["code"]] for r in inside)
                node = next(r for r in indicators if code in (r["l1"], r["l2"]))
                value = (
                    sum(share[r["code"]] * cells[period, town[0], r["code"]]["score"] for r in inside) / weight
                    if weight
                    else None
                )
                first = len(code) == 1
                t["town_dimension_scores"].append(
                    {
                        "district_code": DISTRICT,
                        "town_id": town[0],
                        "period": period,
                        "node_code": code,
                        "parent_code": None if first else code[0],
                        "node_level": 1 if first else 2,
                        "node_name_zh": node["l1_zh"] if first else node["l2_zh"],
                        "node_name_en": L1_EN[code] if first else f"{L1_EN[code[0]]} {code[1]}",
                        "weight_share": q(weight, 9),
                        "score": q(value, 6),
                        "published_score": q(value),
                    }
                )
            t["_quarter"].append((period, town, score, observed))
    for period in PERIODS:
        rows = [x for x in t["_quarter"] if x[0] == period]
        finals = [None if x[3] < 0.7 else x[2] for x in rows]
        ranks = _rank(finals)
        earlier = [None if x[3] < 0.7 else x[2] for x in t["_quarter"] if x[0] == PERIODS[0]]
        before = _rank(earlier)
        for i, (_, town, score, observed) in enumerate(rows):
            cohort = [j for j, x in enumerate(rows) if x[1][3] == town[3]]
            rated = finals[i] is not None
            prior = earlier[i] if period == PERIODS[1] else None
            veto = "V05" if i not in (10, 0) else ""
            grade = _grade(finals[i])
            if veto and grade == "A":
                grade = "B"
            t["town_quarter_scores"].append(
                {
                    "district_code": DISTRICT,
                    "town_id": town[0],
                    "period": period,
                    "method_version": METHOD,
                    "town_name_zh": town[1],
                    "town_name_en": town[2],
                    "cohort_code": town[3],
                    "cohort_name_zh": COHORTS[town[3]][0],
                    "cohort_name_en": COHORTS[town[3]][1],
                    "score_status": "rated" if rated else "not_rated",
                    "grade": grade,
                    "veto_codes": veto,
                    "base_score": score,
                    "bonus_points": q(0),
                    "deduction_points": q(0),
                    "final_score": score,
                    "lower_score": q(float(score) - 2.5 * (1 - observed) * 10),
                    "upper_score": q(min(100.0, float(score) + 100 * (1 - observed))),
                    "previous_score": prior,
                    "score_change": score - prior if prior is not None and rated else None,
                    "coverage_share": q(observed, 4),
                    "rank_overall": ranks[i],
                    "rank_cohort": _rank([finals[j] for j in cohort])[cohort.index(i)] if rated else None,
                    "cohort_size": len(cohort),
                    "previous_rank": before[i] if period == PERIODS[1] else None,
                    "due_count": 18,
                    "observed_count": round(18 * observed),
                }
            )
    t["dim_towns"] += [
        {"district_code": DISTRICT, "town_id": x[0], "town_name_zh": x[1], "town_name_en": x[2], "cohort_code": x[3]}
        for x in TOWNS
    ]
    for r in indicators:
        t["method_town_indicators"].append(
            {
                **SPAN,
                "kind": "indicator",
                "indicator_code": r["code"],
                "l1_code": r["l1"],
                "l2_code": r["l2"],
                "name_zh": r["name_zh"],
                "name_en": r["name_en"],
                "unit": r["unit"],
                "direction": r["direction"],
                "floor_text": r["floor"],
                "target_text": r["target"],
                "weight_global": q(r["w"], 9),
                "missing_rule": r["missing_rule"],
                "rule_status": r["status"],
                "is_due": r["code"] in DUE,
            }
        )


def _moment(rng: random.Random, period: str) -> dt.datetime:
    start = dt.datetime(2026, 7, 1) if period == PERIODS[1] else dt.datetime(2026, 4, 1)
    return start + dt.timedelta(minutes=rng.randrange(91 * 1440))


def _certification_tables(rng: random.Random, t: dict) -> None:
    for period in PERIODS:
        for i, town in enumerate(TOWNS):
            for rule in RULES:
                required = {"ST-01": 1, "ST-02": 2, "ST-03": 3, "ST-04": 4, "ST-05": 11, "ST-06": 2}[rule[0]]
                valid = required if rng.random() < 0.45 else rng.randrange(required)
                if rule[0] == "ST-02":
                    valid = 2 if i in (0, 10, 4) else rng.randrange(2)
                status = "short" if valid < required else "met"
                if rule[0] == "ST-06" and i % 5 == 0:
                    status, required, valid = "not_applicable", 0, 0
                if i == 13 and rule[0] == "ST-04":
                    status, valid = "not_reported", 0
                people = []
                for _ in range(valid + (required - valid if rng.random() < 0.6 else 0)):
                    n, good = len(people), len(people) < valid
                    kind = (
                        rng.choice(["valid", "valid", "expiring"])
                        if good
                        else rng.choice(["expired", "review_overdue", "unverifiable", "not_counted"])
                    )
                    fix = {
                        "expired": "renew",
                        "expiring": "renew",
                        "review_overdue": "review",
                        "unverifiable": "train",
                        "not_counted": "recruit",
                    }.get(kind, "none")
                    people.append(
                        {
                            "district_code": DISTRICT,
                            "town_id": town[0],
                            "period": period,
                            "rule_id": rule[0],
                            "person_id": f"P{rng.randrange(16**16):016x}",
                            "person_name_mask": rng.choice("王李张陈沈金徐章") + "*" * rng.choice([1, 2]),
                            "post_zh": rule[1],
                            "cert_type": rule[4] or None,
                            "cert_no_mask": f"3306****{rng.randrange(1000):03d}" if rule[4] else None,
                            "cert_status": kind if rule[4] else "none",
                            "counts": good,
                            "valid_to_date": dt.date(2026, 10, 1) + dt.timedelta(days=rng.randrange(-200, 900)),
                            "next_date": dt.date(2026, 11, 1) + dt.timedelta(days=rng.randrange(300)),
                            "fix_code": fix,
                            "fix_zh": FIXES[fix][0],
                            "fix_en": FIXES[fix][1],
                            "landing_ref": "enforcement/officer_certificates/000001-77aa01cd"
                            f"#证件_2026.xlsx!证件:{n + 4}",
                        }
                    )
                t["certification_gap_people"] += people
                fix = (
                    "none"
                    if status in ("met", "not_applicable")
                    else next((p["fix_code"] for p in people if p["fix_code"] != "none"), "recruit")
                )
                t["certification_gaps"].append(
                    {
                        "district_code": DISTRICT,
                        "town_id": town[0],
                        "period": period,
                        "rule_id": rule[0],
                        "post_zh": rule[1],
                        "requirement_zh": rule[2],
                        "requirement_en": rule[3],
                        "cert_type": rule[4],
                        "gap_status": status,
                        "severity": rule[5],
                        "reason_code": rule[6] if status == "short" else None,
                        "required_count": required,
                        "valid_count": valid,
                        "gap_count": required - valid,
                        "held_count": len(people),
                        "next_date": min((p["next_date"] for p in people), default=None),
                        "cheapest_fix_code": fix,
                        "cheapest_fix_zh": FIXES[fix][0],
                        "cheapest_fix_en": FIXES[fix][1],
                        "rule_status": rule[7],
                        "basis": "行政处罚法 art 42" if rule[0] == "ST-02" else "pilot",
                    }
                )
    t["method_cert_rules"] += [
        {
            **SPAN,
            "rule_id": r[0],
            "scope": "station",
            "post_zh": r[1],
            "requirement_zh": r[2],
            "requirement_en": r[3],
            "cert_type": r[4],
            "severity": r[5],
            "reason_code": r[6],
            "rule_status": r[7],
            "is_due": True,
        }
        for r in RULES
    ]


def _enterprise_tables(rng: random.Random, t: dict, firms: int) -> None:
    words = ("恒", "达", "盛", "新", "宏", "丰", "永", "华", "泰", "祥", "瑞", "东", "越", "锦", "源", "昌")
    quality: dict[str, float] = {}
    previous: dict[str, dict] = {}
    for period in PERIODS:
        for n in range(firms):
            local = random.Random(n * 7919 + 3)
            town = TOWNS[local.choices(range(16), [9, 5, 7, 3, 7, 4, 6, 3, 8, 5, 10, 3, 1, 1, 2, 2])[0]]
            industry = INDUSTRIES[local.choices(range(7), [2, 10, 2, 2, 5, 3, 8])[0]]
            uscc = f"91330603MA{n:06d}X"
            unit = f"E{uscc}"
            name = f"绍兴{local.choice(words)}{local.choice(words)}{industry[1][:2]}有限公司"
            quality.setdefault(unit, local.gauss(0.9, 0.1))
            quality[unit] = min(1.0, max(0.25, quality[unit] + rng.gauss(0.005, 0.03)))
            earned_all = due_all = 0.0
            reasons = []
            hidden = local.random() < 0.04
            for item in ITEMS:
                status = "observed"
                if item[0] in ("E402", "E403") and industry[0] not in ("dyeing", "chemical"):
                    status = "not_applicable"
                if item[0] == "E504" and local.random() < 0.9:
                    status = "not_applicable"
                if hidden and item[0] in ("E103", "E303", "E405", "E503"):
                    status = "not_reported"
                full = rng.random() < quality[unit] - 0.05
                earned = item[5] if full else round(item[5] * rng.choice([0, 0.33, 0.5, 0.67]), 4)
                lost = 0.0 if status == "not_applicable" else item[5] - (earned if status == "observed" else 0)
                if status == "observed":
                    earned_all += earned
                if status != "not_applicable":
                    due_all += item[5]
                if lost:
                    reasons.append((lost, item[6]))
                t["enterprise_item_scores"].append(
                    {
                        "district_code": DISTRICT,
                        "enterprise_id": unit,
                        "period": period,
                        "item_code": item[0],
                        "element_zh": item[1],
                        "element_en": item[2],
                        "name_zh": item[3],
                        "name_en": item[4],
                        "item_status": status,
                        "max_points": q(item[5]),
                        "multiplier": q(1, 3),
                        "numerator": q(earned, 6) if status == "observed" else None,
                        "denominator": q(item[5], 6),
                        "earned_points": q(earned if status == "observed" else 0, 4),
                        "lost_points": q(lost, 4),
                        "reason_code": item[6] if lost else None,
                        "reason_zh": item[7] if lost else None,
                        "reason_en": item[8] if lost else None,
                        "silo": "enforcement",
                        "evidence_count": 3 if status == "observed" else 0,
                        "last_occurred_at": _moment(rng, period),
                        "rule_status": "pilot" if item[0] == "E505" else "sourced",
                    }
                )
                if status == "observed" and n < 60:
                    for row in range(3):
                        t["indicator_evidence"].append(
                            {
                                "district_code": DISTRICT,
                                "indicator_code": item[0],
                                "unit_id": unit,
                                "period": period,
                                "entity_type": "inspection",
                                "entity_id": f"JC{n:05d}{row}",
                                "numerator": q(float(full or row != 1), 6),
                                "denominator": q(1.0, 6),
                                "occurred_at": _moment(rng, period),
                                "landing_ref": f"enforcement/inspections/000002-1b77e0aa#执法检查_{period}.csv!1:{row + 2}",
                                "unit_type": "enterprise",
                                "system": "enterprise",
                            }
                        )
            score = None if hidden else q(100 * earned_all / due_all)
            veto = "EV04" if quality[unit] < 0.62 and not hidden else "EV10" if hidden else ""
            grade = None if hidden else ("A" if score >= 90 else "B" if score >= 75 else "C" if score >= 60 else "D")
            if veto == "EV04":
                grade = "D"
            row = {
                "district_code": DISTRICT,
                "enterprise_id": unit,
                "period": period,
                "method_version": METHOD,
                "firm_name": name,
                "uscc": uscc,
                "industry_code": industry[0],
                "industry_zh": industry[1],
                "industry_en": industry[2],
                "town_id": town[0],
                "town_name_zh": town[1],
                "town_name_en": town[2],
                "is_key": local.random() < 0.3,
                "staff_count": local.randrange(8, 900),
                "rating_status": "not_rated" if hidden else "rated",
                "grade": grade,
                "veto_codes": veto,
                "base_score": score,
                "bonus_points": q(0),
                "final_score": score,
                "coverage_share": q(0.55 if hidden else 1, 4),
                "points_lost_top_reason": max(reasons)[1] if reasons else None,
                "previous_grade": previous.get(unit, {}).get("grade"),
                "previous_score": previous.get(unit, {}).get("final_score"),
            }
            previous[unit] = row
            t["enterprise_quarter_ratings"].append(row)
    for item in ITEMS:
        t["method_enterprise_items"].append(
            {
                **SPAN,
                "kind": "item",
                "is_due": True,
                "item_code": item[0],
                "element_zh": item[1],
                "name_zh": item[3],
                "name_en": item[4],
                "max_points": str(item[5]),
                "reason_code": item[6],
                "rule_status": "sourced",
            }
        )
    for code, zh, en, effect in (
        ("EV04", "重大隐患逾期未消除或拒不执行", "Major hazard overdue or order refused", "D until closed"),
        ("EV10", "数据缺失超过40%", "More than 40% of item weight has no data", "grade withheld (未评)"),
    ):
        t["method_enterprise_items"].append(
            {
                **SPAN,
                "kind": "veto",
                "is_due": True,
                "item_code": code,
                "element_zh": None,
                "name_zh": zh,
                "name_en": en,
                "max_points": None,
                "reason_code": effect,
                "rule_status": "sourced",
            }
        )


def _door_tables(rng: random.Random, t: dict) -> None:
    for silo, table, zh, en, department, landed in SILO_TABLES:
        rejected, duplicate = landed * rng.randrange(0, 30) // 1000, landed * rng.randrange(0, 20) // 1000
        batch = f"000001-{rng.randrange(16**8):08x}"
        t["silo_conservation"].append(
            {
                "district_code": DISTRICT,
                "silo": silo,
                "table_name": table,
                "table_name_zh": zh,
                "table_name_en": en,
                "department": department,
                "landed": landed,
                "accepted": landed - rejected - duplicate,
                "rejected": rejected,
                "duplicate": duplicate,
                "unreadable_files": int(table == "hazards"),
                "batches": 2,
                "is_conserved": True,
                "newest_period_date": dt.date(2026, 9, 30) if table != "devices" else dt.date(2026, 8, 11),
                "due_date": dt.date(2026, 10, 5),
                "is_late": table == "devices",
            }
        )
        for period in PERIODS if table == "hazards" else ():
            t["silo_hazard_reports"].append(
                {
                    "district_code": DISTRICT,
                    "period": period,
                    "silo": silo,
                    "report_count": landed,
                    "hazard_count": landed,
                    "shared_count": landed // 5,
                    "first_count": landed // 12,
                    "counted_count": landed,
                }
            )
        for period, end in (("2026Q2", dt.date(2026, 6, 30)), ("2026Q3", dt.date(2026, 9, 30))):
            late = 14 if table == "devices" and period == "2026Q3" else 0
            t["silo_freshness"].append(
                {
                    "district_code": DISTRICT,
                    "silo": silo,
                    "table_name": table,
                    "period": period,
                    "department": department,
                    "rule": f"{silo}.{table}.fresh",
                    "table_name_zh": zh,
                    "table_name_en": en,
                    "cadence": "monthly",
                    "freshness_status": "late" if late else "fresh",
                    "cadence_days": 31,
                    "grace_days": 5,
                    "late_days": late,
                    "last_fact_date": end - dt.timedelta(days=late + 36 if late else 0),
                    "due_date": end - dt.timedelta(days=late - (0 if late else 36)),
                    "as_of_date": end,
                }
            )
        for listed, zh, en in WORD_LISTS if table == "hazards" else ():
            unknown = rng.randrange(0, 3)
            t["crosswalk_coverage"].append(
                {
                    "district_code": DISTRICT,
                    "silo": silo,
                    "list_code": listed,
                    "list_name_zh": zh,
                    "list_name_en": en,
                    "standard": None,
                    "unknown_words": "、".join(("已阅", "见附件")[:unknown]) or None,
                    "word_count": 6,
                    "unknown_word_count": unknown,
                    "row_count": landed,
                    "known_row_count": landed - unknown,
                    "unofficial_row_count": landed - unknown,
                    "coverage_share": D(landed - unknown) / landed,
                }
            )
        for verdict, offset in FEEDS.get(table, {}).items():
            t["feed_reference_systems"].append(
                {
                    "district_code": DISTRICT,
                    "silo": silo,
                    "table_name": table,
                    "point_name": "point",
                    "period": PERIODS[1],
                    "department": department,
                    "table_name_zh": zh,
                    "table_name_en": en,
                    "declared_crs": "WGS-84" if verdict == "contradicted" else "GCJ-02",
                    "detected_crs": None if verdict == "no_points" else "GCJ-02",
                    "anchor_table": "towers/sites" if offset else None,
                    "verdict": verdict,
                    "row_count": landed,
                    "given_count": landed - 7,
                    "read_count": 0 if verdict == "no_points" else landed - 9,
                    "anchor_count": 40 if offset else 0,
                    "near_count": 40 if offset else 0,
                    "other_count": 0,
                    "sent_offset_m": q(offset, 1),
                    "landed_offset_m": q(0.1, 1) if offset else None,
                    "converted_share": None if verdict == "no_points" else q(1, 4),
                    "read_share": q(0 if verdict == "no_points" else (landed - 9) / (landed - 7), 4),
                }
            )
        for rule, scope in ((f"{silo}.town_name.known", "row"), (f"{silo}.{table}.volume_within_range", "batch")):
            failed = rejected if scope == "row" else 0
            t["door_checks"].append(
                {
                    "district_code": DISTRICT,
                    "silo": silo,
                    "table_name": table,
                    "batch": batch,
                    "rule": rule,
                    "scope": scope,
                    "severity": "critical" if scope == "row" else "warning",
                    "checked": landed,
                    "failed": failed,
                }
            )
        for n in range(min(rejected, 80)):
            t["quarantine_rows"].append(
                {
                    "district_code": DISTRICT,
                    "silo": silo,
                    "table_name": table,
                    "batch": batch,
                    "landing_ref": f"{silo}/{table}/{batch}#{zh}_2026Q3.xlsx!1:{n * 7 + 5}",
                    "rule": f"{silo}.town_name.known",
                    "column_name": "town_name",
                    "raw_value": rng.choice(["富盛镇", "陶堰镇", "孙端镇", "—", "待补充"]),
                    "reason_zh": "镇街名称不在本区现行名录中",
                    "reason_en": "The town name is not in the district's register",
                    "advice_zh": "核对该地是否已划归越城区，或补正镇街名称",
                    "severity": "critical",
                    "advice_en": "Check whether the place now belongs to Yuecheng, or correct the name",
                }
            )


DEPARTMENTS = (
    ("GA", "police", "公安", "Police", True),
    ("SL", "water", "水利", "Water", True),
    ("TT", "towers", "铁塔", "Towers", False),
    ("ZF", "enforcement", "执法", "Enforcement", True),
    ("RD", "congress", "人大/督查", "Congress", True),
)
DATA_INDICATORS = (
    ("DA01", "目录挂接率", "Catalogue hooked", 50, 100),
    ("DA02", "更新及时率", "Delivered on time", 80, 99),
    ("DA03", "接口可用率", "Interface availability", 95, 99.9),
    ("DA06", "有效性", "Validity", 90, 99.5),
    ("DA09", "问题数据整改及时率", "Data issues fixed on time", 60, 98),
)


def _department_tables(rng: random.Random, t: dict) -> None:
    for period in PERIODS:
        for place, (code, silo, zh, en, is_government) in enumerate(DEPARTMENTS):
            head = {
                "district_code": DISTRICT,
                "department": code,
                "period": period,
                "silo": silo,
                "department_name_zh": zh,
                "department_name_en": en,
            }
            missing = code == "RD"
            for indicator, name_zh, name_en, floor, target in DATA_INDICATORS:
                status = "not_applicable" if indicator == "DA09" else "not_reported" if missing else "observed"
                value = q(rng.uniform(floor, target)) if status == "observed" else None
                score = q(100 * (float(value) - floor) / (target - floor)) if value is not None else q(0)
                t["department_indicator_scores"].append(
                    {
                        **head,
                        "indicator_code": indicator,
                        "l1_code": "DA",
                        "name_zh": name_zh,
                        "name_en": name_en,
                        "unit": "%",
                        "direction": "higher",
                        "cell_status": status,
                        "missing_rule": "M0",
                        "numerator": value,
                        "denominator": q(100) if value is not None else None,
                        "value": value,
                        "floor_value": q(floor),
                        "target_value": q(target),
                        "score": None if status == "not_applicable" else score,
                        "published_score": None if status == "not_applicable" else score,
                        "weight_share": q(0 if status == "not_applicable" else 0.25),
                        "points_lost": q(0 if status == "not_applicable" else (100 - float(score)) / 4),
                        "evidence_count": 12,
                        "rule_status": "pilot",
                    }
                )
            t["department_data_barriers"].append(
                {
                    **head,
                    "body_name_zh": f"区{zh}局",
                    "body_name_en": f"{en} bureau",
                    "index_status": "not_rated" if missing else "rated",
                    "index_score": q(0 if missing else 92 - 11 * place),
                    "rank_overall": None if missing else place + 1,
                    "coverage_share": q(0 if missing else 1),
                    "table_count": 7,
                    "delivered_count": 0 if missing else 7 - place % 2,
                    "issue_count": 40 * place,
                    "open_count": 30 * place,
                    "mended_count": 10 * place,
                    "median_mend_hours": q(26),
                    "withheld_town_points": q(3.2 if missing else 0),
                    "withheld_firm_points": q(0),
                    "is_government": is_government,
                }
            )
        for town in ("330603005000", "330603011000"):
            t["withheld_points"].append(
                {
                    "district_code": DISTRICT,
                    "unit_type": "town",
                    "unit_id": town,
                    "period": period,
                    "indicator_code": "I202",
                    "silo": "congress",
                    "table_name": "satisfaction_surveys",
                    "department": "RD",
                    "delivery_status": "not_delivered",
                    "missing_table_count": 1,
                    "withheld_points": q(1.6),
                }
            )


def _review_tables(rng: random.Random, t: dict) -> None:
    """Pairs that linkage could not settle: two names of a firm, a likeness of two, two lines about one officer."""
    sides = (
        (
            "enterprise",
            "绍兴兴达印染有限公司",
            "绍兴市兴达印染有限责任公司",
            "平水镇印染路12号",
            "平水镇印染路12号2幢",
            0.872,
        ),
        (
            "enterprise",
            "绍兴华盛纺织有限公司",
            "绍兴华晟纺织有限公司",
            "华舍街道纺织路3号",
            "华舍街道轻纺路18号",
            0.771,
        ),
        ("person", "王*", "汪*", "齐贤街道", "齐贤街道", 0.803),
        ("hazard", "配电箱无漏电保护", "配电箱未装漏保", "安昌街道", "安昌街道", 0.884),
    )
    for n, (kind, one, other, here, there, p) in enumerate(sides):
        row = {
            "district_code": DISTRICT,
            "entity_type": kind,
            "band": "review",
            "rule": "name and town",
            "decision": None,
        }
        for side, silo, table, label, address in (
            ("left", "enforcement", "enterprises", one, here), ("right", "firms", "enterprises", other, there),
        ):  # fmt: skip
            shown = {"firm_name" if kind == "enterprise" else "label": label, "address": address, "town_name": "平水镇"}
            row |= {
                f"{side}_id": f"{silo}:{table}:{n + 1}", f"{side}_silo": silo, f"{side}_table": table, f"{side}_label": label,
                f"{side}_entity_id": f"E-{silo[:2]}{n}", f"{side}_shown": json.dumps(shown, ensure_ascii=False),
                f"{side}_landing_ref": f"{silo}/{table}/b000{n}#{table}.xlsx!表:{rng.randint(2, 900)}",
            }  # fmt: skip
        why = [
            {"column": "firm_name", "level": "similar", "weight": 4.25}, {"column": "address", "level": "equal", "weight": 6.5},
            {"column": "uscc", "level": "one sign off", "weight": -2.75},
        ]  # fmt: skip
        row |= {
            "why": json.dumps(why), "probability": q(p, 6), "match_weight": q(8 * p - 4, 6), "model_version": "l1",
        }  # fmt: skip
        t["review_cases"].append(row)
    for n in (1, 2):
        row = {
            "district_code": DISTRICT, "entity_type": "enterprise", "entity_id": f"E-{n}", "attribute_code": "town",
            "reason_zh": "现场检查所见", "reason_en": "seen on inspection", "charged_silo": None, "is_adjudicated": False,
            "is_decided": False,
        }  # fmt: skip
        for side, silo, value in (("winner", "enforcement", "平水镇"), ("loser", "firms", "王坛镇")):
            row |= {
                f"{side}_silo": silo, f"{side}_value": value, f"{side}_claim": f"town|{silo}:enterprises:{n}|0badf00d",
                f"{side}_ref": f"{silo}/enterprises/b000{n}#enterprises.xlsx!表:{n}",
            }  # fmt: skip
        t["attribute_conflicts"].append(row | {"difference": None, "difference_unit": None})
    apart = {
        "attribute_code": "point",
        "difference": q(74.5, 1),
        "difference_unit": "metres",
        "is_adjudicated": False,
        "is_decided": False,
    }
    for side, silo, value in (
        ("winner", "enforcement", "120.489705 30.124975"),
        ("loser", "police", "120.490408 30.124694"),
    ):
        apart |= {
            f"{side}_silo": silo,
            f"{side}_value": value,
            f"{side}_claim": f"point|{silo}:enterprises:3|0badf00d",
            f"{side}_ref": row[f"{side}_ref"],
        }
    t["attribute_conflicts"].append(row | apart)


def _overview(t: dict) -> None:
    for period in PERIODS:
        towns = [r for r in t["town_quarter_scores"] if r["period"] == period]
        rated = [r for r in towns if r["score_status"] == "rated"]
        firms = [r for r in t["enterprise_quarter_ratings"] if r["period"] == period]
        count = {g: sum(1 for r in firms if r["grade"] == g) for g in ("A", "B", "C", "D", None)}
        short = sum(
            1
            for r in t["certification_gaps"]
            if r["period"] == period and r["rule_id"] == "ST-02" and r["gap_status"] == "short"
        )
        now = {
            "towns_rated": len(rated),
            "towns_not_rated": 16 - len(rated),
            "mean_score": q(sum(r["final_score"] for r in rated) / len(rated)),
            "best_town_id": max(rated, key=lambda r: r["final_score"])["town_id"],
            "worst_town_id": min(rated, key=lambda r: r["final_score"])["town_id"],
            "hazards_found": 7078 if period == PERIODS[1] else 6820,
            "hazards_closed_on_time_share": q(0.9132 if period == PERIODS[1] else 0.8987, 4),
            "major_hazards_open": 9 if period == PERIODS[1] else 12,
            "stations_short_law_cert": short,
            "enterprises_rated": len(firms) - count[None],
            "grade_a": count["A"],
            "grade_b": count["B"],
            "grade_c": count["C"],
            "grade_d": count["D"],
            "grade_none": count[None],
            "incidents": 838 if period == PERIODS[1] else 790,
            "median_arrival_minutes": q(13.4 if period == PERIODS[1] else 14.1),
        }
        past = t["district_overview"][-1] if t["district_overview"] else {}
        t["district_overview"].append(
            {
                "district_code": DISTRICT,
                "period": period,
                **now,
                "previous_mean_score": past.get("mean_score"),
                "previous_hazards_found": past.get("hazards_found"),
                "previous_major_hazards_open": past.get("major_hazards_open"),
                "previous_incidents": past.get("incidents"),
                "previous_hazards_closed_on_time_share": past.get("hazards_closed_on_time_share"),
                "previous_stations_short_law_cert": past.get("stations_short_law_cert"),
                "previous_median_arrival_minutes": past.get("median_arrival_minutes"),
            }
        )


def tables(seed: int = 1, firms: int = 320) -> dict[str, list[dict]]:
    """Return every table of the pretended release as lists of rows."""
    rng = random.Random(seed)
    names = (
        "town_quarter_scores town_dimension_scores town_indicator_scores indicator_evidence certification_gaps "
        "certification_gap_people enterprise_quarter_ratings enterprise_item_scores silo_conservation "
        "quarantine_rows door_checks district_overview department_indicator_scores department_data_barriers "
        "silo_hazard_reports crosswalk_coverage feed_reference_systems silo_freshness withheld_points review_cases attribute_conflicts method_town_indicators method_cert_rules "
        "method_enterprise_items method_grades dim_towns dim_periods _quarter"
    ).split()
    t: dict[str, list] = {name: [] for name in names}
    _town_tables(rng, t)
    _certification_tables(rng, t)
    _enterprise_tables(rng, t, firms)
    _door_tables(rng, t)
    _department_tables(rng, t)
    _review_tables(rng, t)
    _overview(t)
    del t["_quarter"]
    for system, bounds in (("town", (90, 80, 60, 0)), ("enterprise", (90, 75, 60, 0))):
        t["method_grades"] += [
            {**SPAN, "system": system, "grade": g, "lower_score": q(b)} for g, b in zip("ABCD", bounds, strict=True)
        ]
    t["dim_periods"] += [
        {"period": "2026Q2", "start_date": dt.date(2026, 4, 1), "end_date": dt.date(2026, 6, 30)},
        {"period": "2026Q3", "start_date": dt.date(2026, 7, 1), "end_date": dt.date(2026, 9, 30)},
    ]
    return t


def build(target: Path, *, seed: int = 1, firms: int = 320, empty: bool = False, name: str = "2026Q3-r1") -> Path:
    """Write the release ``name`` below ``target`` with ``current.json`` and return its folder."""
    folder = Path(target) / name
    (folder / "tables").mkdir(parents=True, exist_ok=True)
    files = []
    for table, rows in sorted(tables(seed, firms).items()):
        made = pa.Table.from_pylist(rows)
        if empty:
            made = made.slice(0, 0)
        pq.write_table(made, folder / "tables" / f"{table}.parquet", compression="zstd")
        files.append({"path": f"tables/{table}.parquet", "rows": made.num_rows})
    manifest = {
        "release": name,
        "period": "2026Q3",
        "method_version": METHOD,
        "code_version": "fixture",
        "district_code": DISTRICT,
        "files": files,
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1), encoding="utf-8")
    (Path(target) / "current.json").write_text(json.dumps({"release": name}), encoding="utf-8")
    return folder


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--firms", type=int, default=320)
    parser.add_argument("--empty", action="store_true")
    options = parser.parse_args()
    print(build(options.target, seed=options.seed, firms=options.firms, empty=options.empty))

"""Build a small warehouse and landing whose numbers really follow from one another, by METHOD.

Four towns, two quarters, five indicators of which four are due, two certification rules, three firms with
three items. Every evidence row points at a landed row. Nothing here is a result; the sums are.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from decimal import ROUND_HALF_UP
from decimal import Decimal as D
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from tests.unit.make_loop import loop_tables
from tests.unit.warehouse_depth import depth_tables
from tests.unit.warehouse_shape import DDL

DISTRICT = "330603"
PERIODS = ("2026Q2", "2026Q3")
METHOD = "m2026a"
TOWNS = (
    ("330603001000", "柯桥街道", "Keqiao", "plain", "平原城区", "Plain and urban"),
    ("330603002000", "柯岩街道", "Keyan", "plain", "平原城区", "Plain and urban"),
    ("330603011000", "马鞍街道", "Ma'an", "coast", "沿海产业", "Coastal industry"),
    ("330603105000", "平水镇", "Pingshui", "hill", "山区半山区", "Hills and half-hills"),
)
# code, l1, l2, zh, en, unit, direction, aggregation, floor, target, weight inside what is due, missing rule, status
INDICATORS = (
    ("C202", "C", "C2", "重点企业检查计划完成率", "Key inspections done", "%", "higher", "ratio", "60", "100", "0.30", "M0", "statutory"),
    ("C204", "C", "C2", "单次检查隐患检出数", "Hazards per inspection", "件/次", "band", "ratio", "0.2..8", "1.0..4.0", "0.20", "M2", "pilot"),
    ("C301", "C", "C3", "一般隐患按期整改率", "General hazards closed on time", "%", "higher", "ratio", "70", "98", "0.30", "M0", "seed"),
    ("E103", "E", "E1", "首队到场中位时长", "Median arrival", "分钟", "lower", "median", "30", "10", "0.20", "M2", "pilot"),
    ("F101", "F", "F1", "物资品目达标率", "Supplies held", "%", "higher", "ratio", "60", "100", None, "M0", "pilot"),
)  # fmt: skip
NODES = {"C": ("风险隐患治理", "Risk and hazards"), "C2": ("排查", "Inspection"), "C3": ("闭环", "Closing"),
         "E": ("响应与救援圈", "Response"), "E1": ("救援圈", "Rescue circle")}  # fmt: skip
FIRMS = (
    ("91330603MA2BK00011", "绍兴恒越印染有限公司", "dyeing", "印染", "Dyeing", 2),
    ("91330603MA2BK0002X", "绍兴锦源织造有限公司", "weaving", "织造", "Weaving", 0),
    ("91330603MA2BK00038", "=绍兴丰泰化纤有限公司", "chemfibre", "化纤", "Chemical fibre", 3),
)
ITEMS = (
    ("E404", "现场管理", "Site", "疏散通道、三合一、宿舍分离", "Exits clear", "3", "1.2", "EXIT_BLOCKED"),
    ("E503", "双重预防", "Prevention", "一般隐患按期整改率", "General hazards closed on time", "6", "1.1", "RECTIFY_LATE"),
    ("E801", "持续改进", "Improvement", "行政处罚与逾期不改", "Penalties", "3", "1", "PENALTY"),
)  # fmt: skip
BATCH = "000001-9f3c2ab1"


def q(value: D | None, places: int = 2) -> D | None:
    """Return ``value`` with ``places`` places, half up."""
    return None if value is None else value.quantize(D(1).scaleb(-places), ROUND_HALF_UP)


def goal(value: D, floor: str, target: str) -> D:
    """Return the score of ``value`` between fixed goalposts; a band is a trapezoid."""
    if ".." in floor:
        low, high = (D(x) for x in floor.split(".."))
        inner, outer = (D(x) for x in target.split(".."))
        share = min((value - low) / (inner - low), (high - value) / (high - outer))
    else:
        share = (value - D(floor)) / (D(target) - D(floor))
    return 100 * min(max(share, D(0)), D(1))


def _ranks(scores: list[D | None]) -> list[int | None]:
    return [None if s is None else 1 + sum(o is not None and o > s for o in scores) for s in scores]


@dataclass
class Small:
    """The small world: ``home`` of the data, its warehouse file, and the rows by table."""

    home: Path
    warehouse: Path
    rows: dict[str, list[dict[str, Any]]]


def _landed(rows: list[list[Any]], silo: str, table: str, file: str, values: dict[str, str]) -> str:
    """Remember one landed row of ``silo``/``table`` and return its landing_ref."""
    number = 4 + sum(r[0] == (silo, table) for r in rows)
    ref = f"{silo}/{table}/{BATCH}#{file}!1:{number}"
    rows.append([(silo, table), ref, file, number, values])
    return ref


def tables(nudge: int = 0) -> tuple[dict[str, list[dict[str, Any]]], list[list[Any]]]:
    """Return every table's rows and the landed rows. ``nudge`` closes that many late hazards in time."""
    t: dict[str, list[dict[str, Any]]] = {name: [] for name in DDL}
    landed: list[list[Any]] = []
    for p, period in enumerate(PERIODS):
        day = dt.datetime(2026, 4 + 3 * p, 3, 8, 30)
        cells: dict[tuple[str, str], dict[str, Any]] = {}
        for i, town in enumerate(TOWNS):
            for code in (*(ind[0] for ind in INDICATORS), "P03"):
                evidence: list[tuple[D, D]] = []
                if code == "C202":
                    evidence = [(D(int(n % 7 != i)), D(1)) for n in range(6 if i == 3 else 28)]
                elif code == "C204":
                    evidence = [(D((n + i) % 4), D(1)) for n in range(12)]
                elif code == "C301":
                    late = 3 + i - (nudge if i == 0 and p == 1 else 0)
                    evidence = [(D(int(n >= late)), D(1)) for n in range(40)]
                elif code == "P03" and town[0] == "330603011000":
                    evidence = [(D(1), D(0)) for _ in range(2)]
                elif code == "E103" and i != 1:
                    evidence = [(D(9 + (n * 7 + i * 3 + p) % 17) + D("0.5"), D(1)) for n in range(11 + i)]
                for n, (num, den) in enumerate(evidence):
                    entity = f"{code}-{period}-{i}{n:03d}"
                    ref = _landed(
                        landed, "enforcement", "hazards", f"隐患清单_{period}.csv",
                        {"hazard_no": entity, "town_name": town[1], "hazard_text": f"疏散通道堵塞 {n}", "grade_word": "一般"},
                    )  # fmt: skip
                    t["indicator_evidence"].append({
                        "district_code": DISTRICT, "indicator_code": code, "unit_id": town[0], "period": period,
                        "entity_type": "hazard", "entity_id": entity, "numerator": num, "denominator": den,
                        "occurred_at": day + dt.timedelta(hours=n), "landing_ref": ref, "unit_type": "town",
                        "system": "town"})  # fmt: skip
                cells[town[0], code] = {"evidence": evidence}
        for ind in INDICATORS:
            code, aggregation = ind[0], ind[7]
            every = [e for town in TOWNS for e in cells[town[0], code]["evidence"]]
            district = _value(code, aggregation, every)
            for town in TOWNS:
                cell = cells[town[0], code]
                evidence = cell["evidence"]
                raw = _value(code, aggregation, evidence)
                value, shrunk = raw, False
                n = sum((e[1] for e in evidence), D(0))
                if aggregation == "ratio" and code != "C204" and evidence and n < 10:
                    k = sum((e[0] for e in evidence), D(0))
                    value, shrunk = q(100 * (k + 5 * district / 100) / (n + 5), 6), True
                cell |= {
                    "status": "not_due" if ind[10] is None else "observed" if evidence else "not_applicable",
                    "raw": raw, "value": value, "shrunk": shrunk, "n": n, "district": district,
                    "score": q(goal(value, ind[8], ind[9]), 6) if evidence else None,
                }  # fmt: skip
        finals: list[D | None] = []
        bases: list[D] = []
        for town in TOWNS:
            live = [x for x in INDICATORS if cells[town[0], x[0]]["status"] == "observed"]
            total = sum(D(x[10]) for x in live)
            nodes: dict[str, list[tuple[D, D]]] = {}
            lost_all = D(0)
            for ind in INDICATORS:
                cell = cells[town[0], ind[0]]
                weight = q(D(ind[10]) / total, 9) if ind in live else None if ind[10] is None else D(0)
                lost = q(weight * (100 - cell["score"]), 6) if cell["score"] is not None else D(0)
                lost_all += lost
                if ind in live:
                    for node in ind[1:3]:
                        nodes.setdefault(node, []).append((weight, cell["score"]))
                due = cell["status"] != "not_due"
                t["town_indicator_scores"].append({
                    "district_code": DISTRICT, "town_id": town[0], "period": period, "indicator_code": ind[0],
                    "l1_code": ind[1], "l2_code": ind[2], "name_zh": ind[3], "name_en": ind[4], "unit": ind[5],
                    "direction": ind[6], "aggregation": ind[7], "cell_status": cell["status"], "missing_rule": ind[11],
                    "is_shrunk": cell["shrunk"],
                    "numerator": sum((e[0] for e in cell["evidence"]), D(0)) if cell["evidence"] else None,
                    "denominator": cell["n"] if cell["evidence"] else None,
                    "sample_count": int(cell["n"]) if due else None, "raw_value": cell["raw"], "value": cell["value"],
                    "district_value": cell["district"], "floor_text": ind[8], "target_text": ind[9],
                    "score": cell["score"], "published_score": q(cell["score"]), "weight_share": weight,
                    "points_lost": lost if due else None, "evidence_count": len(cell["evidence"]),
                    "rule_status": ind[12]})  # fmt: skip
            for node, parts in nodes.items():
                weight = sum(w for w, _ in parts)
                score = q(sum(w * s for w, s in parts) / weight, 6)
                t["town_dimension_scores"].append({
                    "district_code": DISTRICT, "town_id": town[0], "period": period, "node_code": node,
                    "parent_code": None if len(node) == 1 else node[0], "node_level": len(node),
                    "node_name_zh": NODES[node][0], "node_name_en": NODES[node][1], "weight_share": weight,
                    "score": score, "published_score": q(score)})  # fmt: skip
            bases.append(q(100 - lost_all))
            finals.append(min(bases[-1] + (1 if town[0] == "330603011000" else 0), D(100)))
        ranks = _ranks(finals)
        for i, town in enumerate(TOWNS):
            peers = [j for j, x in enumerate(TOWNS) if x[3] == town[3]]
            before = next(
                (r for r in t["town_quarter_scores"] if r["town_id"] == town[0] and r["period"] == PERIODS[0]), None
            )
            letter = "A" if finals[i] >= 90 else "B" if finals[i] >= 80 else "C" if finals[i] >= 60 else "D"
            observed = sum(cells[town[0], x[0]]["status"] == "observed" for x in INDICATORS)
            t["town_quarter_scores"].append({
                "district_code": DISTRICT, "town_id": town[0], "period": period, "method_version": METHOD,
                "town_name_zh": town[1], "town_name_en": town[2], "cohort_code": town[3], "cohort_name_zh": town[4],
                "cohort_name_en": town[5], "score_status": "rated", "grade": "B" if letter == "A" else letter,
                "veto_codes": "V05", "base_score": bases[i],
                "bonus_points": D(1) if town[0] == "330603011000" else D(0), "deduction_points": D(0),
                "final_score": finals[i], "lower_score": finals[i], "upper_score": finals[i],
                "previous_score": before["final_score"] if before else None,
                "score_change": finals[i] - before["final_score"] if before else None, "coverage_share": D(1),
                "rank_overall": ranks[i], "rank_cohort": _ranks([finals[j] for j in peers])[peers.index(i)],
                "cohort_size": len(peers), "previous_rank": before["rank_overall"] if before else None,
                "due_count": 4, "observed_count": observed})  # fmt: skip
            _trust(
                t, "town", {"district_code": DISTRICT, "town_id": town[0], "period": period}, {"rank_overall": ranks[i]}
            )
        _stations(t, landed, period)
        _firms(t, landed, period, day)
        rated = [r for r in t["town_quarter_scores"] if r["period"] == period]
        _opinions(t, period, rated)
        grades = [r["grade"] for r in t["enterprise_quarter_ratings"] if r["period"] == period]
        t["district_overview"].append({
            "district_code": DISTRICT, "period": period, "towns_rated": 4, "towns_not_rated": 0,
            "mean_score": q(sum(r["final_score"] for r in rated) / 4),
            "best_town_id": max(rated, key=lambda r: r["final_score"])["town_id"],
            "worst_town_id": min(rated, key=lambda r: r["final_score"])["town_id"], "hazards_found": 160,
            "hazards_closed_on_time_share": D("0.9"), "major_hazards_open": 1, "stations_short_law_cert": 3,
            "enterprises_rated": sum(g is not None for g in grades),
            **{f"grade_{g.lower()}": grades.count(g) for g in "ABCD"}, "grade_none": grades.count(None),
            "incidents": 50, "median_arrival_minutes": D("16.5")})  # fmt: skip
        t["dim_periods"].append({
            "district_code": DISTRICT, "period": period, "previous_period": PERIODS[0] if p else None,
            "start_date": dt.date(2026, 4 + 3 * p, 1), "end_date": dt.date(2026, 6 + 3 * p, 30)})  # fmt: skip
    _method(t)
    total = sum(r[0] == ("enforcement", "hazards") for r in landed)
    t["silo_conservation"].append({
        "district_code": DISTRICT, "silo": "enforcement", "table_name": "hazards", "table_name_zh": "隐患清单", "table_name_en": "Hazards",
        "department": "ZF", "landed": total + 3, "accepted": total, "rejected": 2, "duplicate": 1,
        "unreadable_files": 1, "batches": 1, "is_conserved": True, "newest_period_date": dt.date(2026, 9, 30),
        "due_date": dt.date(2026, 10, 10), "is_late": False, "last_pulled_at": dt.datetime.now()})  # fmt: skip
    t["silo_hazard_reports"].append({
        "district_code": DISTRICT, "period": PERIODS[-1], "silo": "enforcement", "report_count": 40, "hazard_count": 40,
        "shared_count": 7, "first_count": 3, "counted_count": 40})  # fmt: skip
    t["crosswalk_coverage"].append({
        "district_code": DISTRICT, "silo": "enforcement", "list_code": "hazard_grade", "list_name_zh": "隐患等级",
        "list_name_en": "Hazard grade", "unknown_words": "已阅、见附件", "word_count": 6, "unknown_word_count": 2, "row_count": 40,
        "known_row_count": 38, "unofficial_row_count": 38, "coverage_share": D("0.95")})  # fmt: skip
    t["feed_reference_systems"].append({
        "district_code": DISTRICT, "silo": "enforcement", "table_name": "hazards", "point_name": "point", "period": PERIODS[-1],
        "department": "ZF", "table_name_zh": "隐患清单", "table_name_en": "Hazards", "declared_crs": "WGS-84", "detected_crs": "GCJ-02",
        "anchor_table": "enforcement/enterprises", "verdict": "contradicted", "row_count": 40, "given_count": 40, "read_count": 39,
        "anchor_count": 30, "near_count": 29, "other_count": 0, "sent_offset_m": D("498.8"), "landed_offset_m": D("0.1"),
        "converted_share": D("1"), "read_share": D("0.975")})  # fmt: skip
    t["place_findings"].append({
        "district_code": DISTRICT, "finding_id": "m1", "finding_kind": "division", "silo": "enforcement", "table_name": "hazards",
        "finding_code": "code_name_conflict", "said_text": "杨汛桥街道", "candidate_text": "330603010000 杨汛桥街道",
        "reason_zh": "代码与名称所指不同", "reason_en": "code and name mean different places", "advice_zh": "请核对代码", "advice_en": "check the code",
        "landing_ref": f"enforcement/hazards/{BATCH}#隐患清单_2026Q3.csv!1:7"})  # fmt: skip
    loop_tables(t, DISTRICT, PERIODS[-1], ["330603011000", "330603011000"])
    case = {"district_code": DISTRICT, "period": "2026Q3", "scenario_code": "usual", "event_code": "rescue"}
    t["town_rescue_circles"].append({
        **case, "town_id": "330603011000", "town_name_zh": "马鞍街道", "town_name_en": "Ma'an", "scenario_name_zh": "平常", "scenario_name_en": "Usual",
        "event_name_zh": "抢险救援", "event_name_en": "Rescue", "resident_count": 1000, "covered_count": 900, "late_count": 80, "untold_count": 20,
        "key_firm_count": 5, "covered_firm_count": 4, "covered_share": D("0.9"), "covered_firm_share": D("0.8"), "median_seconds": D("300"),
        "is_judged_for_people": True, "is_judged_for_firms": False})  # fmt: skip
    t["team_rescue_circles"].append({
        **case, "facility_id": "XF-1", "town_id": "330603011000", "facility_name": "马鞍专职消防队", "move_place_name": "二网格", "class_name_zh": "专业消防队",
        "class_name_en": "Professional brigade", "snap_status": "joined", "landing_ref": None, "turnout_seconds": 60, "resident_count": 900,
        "only_resident_count": 700, "key_firm_count": 4, "move_gain_count": 50, "move_lon": D("120.6"), "move_lat": D("30.1"), "snap_m": D("12"),
        "lon": D("120.61"), "lat": D("30.11")})  # fmt: skip
    t["candidate_sites"].append({
        **case, "site_rank": 1, "town_id": "330603011000", "town_name_zh": "马鞍街道", "town_name_en": "Ma'an", "near_place_name": "一网格",
        "place_ids": "", "landing_ref": None, "alone_count": 80, "further_count": 80, "lon": D("120.62"), "lat": D("30.12")})  # fmt: skip
    t["rescue_isochrones"].append({
        **case, "minutes": 15, "area_km2": D("12.5"),
        "geojson": '{"type":"MultiPolygon","coordinates":[[[[120.6,30.1],[120.62,30.1],[120.62,30.12],[120.6,30.1]]]]}'})  # fmt: skip
    for n in range(2):
        t["quarantine_rows"].append({
            "district_code": DISTRICT, "silo": "enforcement", "table_name": "hazards", "batch": BATCH,
            "landing_ref": f"enforcement/hazards/{BATCH}#隐患清单_2026Q3.csv!1:{9000 + n}",
            "rule": "enforcement.town_name.known", "column_name": "town_name", "raw_value": "孙端镇",
            "reason_zh": "镇街不在名录", "reason_en": "not in the register", "advice_zh": "核对", "advice_en": "check",
            "severity": "critical"})  # fmt: skip
    t["door_checks"].append({
        "district_code": DISTRICT, "silo": "enforcement", "table_name": "hazards", "batch": BATCH,
        "rule": "enforcement.town_name.known", "scope": "row", "severity": "critical", "checked": total + 3,
        "failed": 2})  # fmt: skip
    for name, status, due, late in (
        ("hazards", "fresh", dt.date(2026, 12, 31), 0),
        ("inspections", "late", dt.date(2026, 9, 20), 10),
    ):
        t["silo_freshness"].append({
            "district_code": DISTRICT, "silo": "enforcement", "table_name": name, "period": "2026Q3", "department": "ZF",
            "rule": f"enforcement.{name}.fresh", "table_name_zh": "隐患" if late == 0 else "执法检查",
            "table_name_en": "Hazards" if late == 0 else "Inspections", "cadence": "quarterly", "freshness_status": status,
            "cadence_days": 92, "grace_days": 10, "late_days": late, "last_fact_date": dt.date(2026, 9, 20), "due_date": due,
            "as_of_date": dt.date(2026, 9, 30)})  # fmt: skip
    for quarter, rows in (("2026Q3", 3), ("undated", 4)):
        t["silo_row_signals"].append({
            "district_code": DISTRICT, "silo": "enforcement", "table_name": "hazards", "signal_code": "resent_value", "seen_quarter": quarter,
            "name_zh": "迟到的重报改了数值", "name_en": "Sent again later with a second value", "rule_zh": "两个都留", "rule_en": "both are kept",
            "basis": "dirt list no. 8", "rule_status": "pilot", "sample_ref": f"enforcement/hazards/{BATCH}#隐患清单_2026Q3.csv!1:7",
            "dirt_number": 8, "row_count": rows, "entity_count": 2, "first_date": dt.date(2026, 7, 2), "last_date": dt.date(2026, 9, 1)})  # fmt: skip
    for period in PERIODS:
        _department(t, period)
    _linkage(t)
    _uses(t)
    depth_tables(t, {x[0]: x[1:3] for x in TOWNS})
    return t, landed


def _uses(t: dict[str, list[dict[str, Any]]]) -> None:
    """Say of every evidence row and of every record of a firm which core row its landed row made."""
    models = {"hazard": "fct_hazards", "person": "dim_persons"}
    made = {(e["landing_ref"], models[e["entity_type"]], e["entity_id"]) for e in t["indicator_evidence"]}
    made |= {(r["landing_ref"], "dim_enterprises", r["enterprise_id"]) for r in t["enterprise_records"]}
    made |= {(r["landing_ref"], "fct_inspections", "N1") for r in t["enterprise_records"]}
    for ref, model, core_id in sorted(made):
        part, _, number = ref.rpartition(":")
        t["landed_row_uses"].append({
            "district_code": DISTRICT, "landed_part": part, "row_number": int(number), "core_model": model, "core_id": core_id})  # fmt: skip
    for person in sorted({core_id for _, model, core_id in made if model == "dim_persons"}):
        mine = sorted(ref for ref, _, core_id in made if core_id == person)
        t["attribute_conflicts"].append({
            "district_code": DISTRICT, "entity_type": "person", "entity_id": person, "attribute_code": "phone", "loser_silo": "police",
            "winner_silo": "enforcement", "winner_value": "159****3916 #d435f7", "loser_value": "138****4105 #fdb596", "winner_ref": mine[0],
            "loser_ref": mine[-1], "winner_claim": f"phone|enforcement:{person}|d435f7aa", "loser_claim": f"phone|police:{person}|fdb596bb",
            "reason_zh": "以最近一次登记为准", "reason_en": "whoever heard it last", "is_adjudicated": False, "is_decided": False})  # fmt: skip
    # the code of a firm may be eighteen digits, as an identity number is
    t["attribute_conflicts"].append(t["attribute_conflicts"][-1] | {
        "attribute_code": "employer", "winner_value": "913306211234567890", "loser_value": "123306211234567890",
        "winner_claim": "employer|firms:safety_managers:1|0a0a0a0a", "loser_claim": "employer|training:learners:1|0b0b0b0b"})  # fmt: skip


def _linkage(t: dict[str, list[dict[str, Any]]]) -> None:
    code, name = FIRMS[0][0], FIRMS[0][1]
    ref = f"enforcement/hazards/{BATCH}#隐患清单_2026Q3.csv!1:7"
    for n, (uscc, called, *_) in enumerate(FIRMS, 1):
        t["enterprises"].append({
            "district_code": DISTRICT, "enterprise_id": f"E{uscc}", "uscc": uscc, "firm_no": f"ZF00000{n}", "firm_name": called,
            "subject_kind": "company", "town_id": TOWNS[0][0], "firm_name_silo": "emergency", "firm_name_ref": ref, "record_count": 2,
            "silo_count": 2, "is_on_register": True, "is_key": True, "is_active": True, "is_rated_unit": True,
            "valid_to_date": dt.date(9999, 12, 31)})  # fmt: skip
        t["enterprise_names"].append({
            "district_code": DISTRICT, "enterprise_id": f"E{uscc}", "firm_name_key": called, "firm_name": called, "name_kind": "standing",
            "landing_ref": ref, "record_count": 2, "silo_count": 2, "valid_to_date": dt.date(9999, 12, 31)})  # fmt: skip
    # a firm that others name and no register holds, under a name it bore before
    t["enterprises"].append({
        "district_code": DISTRICT, "enterprise_id": "E-0123456789ab", "firm_name": "柯桥老字号染坊", "subject_kind": "sole_trader",
        "parent_enterprise_id": f"E{code}", "record_count": 1, "silo_count": 1, "is_on_register": False, "is_key": False,
        "is_active": True, "is_rated_unit": False, "valid_to_date": dt.date(9999, 12, 31)})  # fmt: skip
    t["enterprise_names"].append({
        "district_code": DISTRICT, "enterprise_id": "E-0123456789ab", "firm_name_key": "旧", "firm_name": "柯桥染坊旧号",
        "name_kind": "former", "landing_ref": ref, "record_count": 1, "silo_count": 1, "valid_to_date": dt.date(2019, 1, 1)})  # fmt: skip
    for n, how in ((1, "key"), (2, "probability")):
        t["enterprise_records"].append({
            "district_code": DISTRICT, "record_id": f"fire:inspections:{n}", "enterprise_id": f"E{code}", "silo": "fire",
            "table_name": "inspections", "record_kind": "mention", "firm_name": name, "how": how, "reason": "信用代码一致",
            "model_version": "l1", "landing_ref": ref, "probability": D(1)})  # fmt: skip
    t["attribute_conflicts"].append({
        "district_code": DISTRICT, "entity_type": "enterprise", "entity_id": f"E{code}", "attribute_code": "town", "loser_silo": "firms",
        "winner_silo": "enforcement", "winner_value": TOWNS[0][0], "loser_value": TOWNS[1][0], "winner_ref": ref, "loser_ref": ref,
        "winner_claim": "town|enforcement:enterprises:1|ce499dea", "loser_claim": "town|firms:enterprises:1|71d2c46a",
        "is_adjudicated": False, "is_decided": False})  # fmt: skip
    t["review_cases"].append({
        "district_code": DISTRICT, "entity_type": "enterprise", "left_id": "fire:inspections:2", "right_id": "governance:grid_hazards:7",
        "left_silo": "fire", "left_table": "inspections", "left_label": name, "left_entity_id": f"E{code}", "left_shown": "{}",
        "right_silo": "governance", "right_table": "grid_hazards", "right_label": name[:-4], "right_entity_id": "E-0123456789ab",
        "right_shown": "{}", "band": "review", "rule": "name", "why": "[]", "model_version": "l1", "left_landing_ref": ref,
        "right_landing_ref": ref, "probability": D("0.81"), "match_weight": D("2.1")})  # fmt: skip
    t["stopped_records"].append({
        "district_code": DISTRICT, "entity_type": "person", "record_id": "civil:volunteers:3", "cluster_id": "civil:volunteers:1", "silo": "civil",
        "table_name": "volunteers", "label": "王*", "shown": "{}", "reason": "over 50 members", "model_version": "l1", "landing_ref": ref,
        "member_count": 61})  # fmt: skip


def _department(t: dict[str, list[dict[str, Any]]], period: str) -> None:
    head = {"district_code": DISTRICT, "department": "ZF", "period": period, "silo": "enforcement",
            "department_name_zh": "执法", "department_name_en": "Enforcement"}  # fmt: skip
    cells = (
        ("DA01", "observed", D(75), D("0.4")),
        ("DA09", "not_applicable", None, D(0)),
        ("DB02", "observed", D(75), D("0.6")),
    )
    for code, status, value, weight in cells:
        t["department_indicator_scores"].append({
            **head, "indicator_code": code, "l1_code": code[:2], "name_zh": "目录挂接率", "name_en": "Catalogue hooked",
            "unit": "%", "direction": "higher", "cell_status": status, "missing_rule": "M0", "is_shrunk": False, "numerator": D(3),
            "denominator": D(4), "value": value, "floor_value": D(50), "target_value": D(100),
            "score": D(50) if value else None, "published_score": D(50) if value else None,
            "weight_share": weight, "points_lost": 50 * weight, "evidence_count": 4,
            "rule_status": "pilot", "previous_value": None, "previous_score": None})  # fmt: skip
    t["department_quarter_scores"].append({
        **head, "method_version": "m2026a", "is_government": True, "group_code": "all_tasks", "score_status": "rated", "grade": "D",
        "veto_codes": "", "base_score": D(50), "bonus_points": D(1), "deduction_points": D(0), "final_score": D(51),
        "lower_score": D(51), "upper_score": D(51), "previous_score": None, "score_change": None, "coverage_share": D(1),
        "rank_in_group": 1, "group_size": 1, "previous_rank": None, "judged_count": 1, "observed_count": 1})  # fmt: skip
    key = {"district_code": DISTRICT, "department": head["department"], "period": period}
    _trust(t, "department", key, {"group_code": "all_tasks", "rank_in_group": 1})
    t["department_data_barriers"].append({
        **head, "body_name_zh": "执法局", "body_name_en": "Bureau", "index_status": "rated", "index_score": D(50),
        "rank_overall": 1, "coverage_share": D(1), "table_count": 4, "delivered_count": 3, "issue_count": 2,
        "open_count": 2, "mended_count": 0, "median_mend_hours": None, "withheld_town_points": D(1),
        "withheld_firm_points": D(0), "is_government": True})  # fmt: skip
    t["withheld_points"].append({
        "district_code": DISTRICT, "unit_type": "town", "unit_id": TOWNS[0][0], "period": period,
        "indicator_code": "H101", "silo": "enforcement", "table_name": "inspections", "department": "ZF",
        "delivery_status": "not_delivered", "missing_table_count": 1, "withheld_points": D(1)})  # fmt: skip


def _opinions(t: dict[str, list[dict]], period: str, rated: list[dict]) -> None:
    """Add a second opinion that says what the score says."""
    said = {"district_code": DISTRICT, "opinion_code": "entropy", "period": period}
    for r in rated:
        t["town_second_opinions"].append({
            **said, "town_id": r["town_id"], "preference": r["final_score"], "opinion_rank": r["rank_overall"], "rank_overall": r["rank_overall"],
            "places_gained": 0})  # fmt: skip
    t["second_opinions"].append(
        {**said, "kendall_tau": D(1), "town_count": len(rated), "same_rank_count": len(rated), "most_places": 0}
    )
    t["second_opinion_weights"] += [
        {**said, "indicator_code": c, "l1_code": c[0], "weight_share": D("0.5"), "official_share": D("0.3")}
        for c in ("C301", "E104")
    ]


def _trust(t: dict[str, list[dict]], system: str, key: dict, published: dict) -> None:
    """Add how far a rank can be trusted: not at all doubted, and what it hangs on."""
    rank = list(published.values())[-1]
    shares = {f"top_{k}_share": D(rank <= k) for k in (1, 3, 5)} | {f"grade_{g}_share": D(g == "c") for g in "abcd"}
    t[f"{system}_rank_intervals"].append({
        **key, **published, "decided_zh": f"第{rank}名。", "decided_en": f"Rank {rank}.", "alike_ids": "", "rank_best": rank,
        "rank_middle": rank, "rank_worst": rank, "rank_missing_zero": rank, "rank_missing_full": rank, "score_low": D(40),
        "score_high": D(90), **shares, "grade_kept_share": D(1), "grade_kept_arithmetic_share": D(1), "alike_group": 1,
        "alike_group_size": 1, "draw_count": 1000, "draw_seed": 1})  # fmt: skip
    for n, (kind, code) in enumerate((("weights", "C"), ("mean", "")), 1):
        t[f"{system}_rank_drivers"].append({
            **key, "factor_kind": kind, "node_code": code, "node_name_zh": "风险" if code else None, "node_name_en": "Risks" if code else None,
            "driver_rank": n, "first_share": D(0), "total_share": D(1) / n, "run_count": 64})  # fmt: skip


def _value(code: str, aggregation: str, evidence: list[tuple[D, D]]) -> D | None:
    if not evidence:
        return None
    if aggregation == "median":
        ordered = sorted(n for n, _ in evidence)
        half = len(ordered) // 2
        return q(ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2, 6)
    scale = 1 if code == "C204" else 100
    return q(scale * sum(n for n, _ in evidence) / sum(d for _, d in evidence), 6)


def _stations(t: dict[str, list[dict[str, Any]]], landed: list[list[Any]], period: str) -> None:
    for i, town in enumerate(TOWNS):
        for rule, required, severity, reason in (
            ("ST-01", 1, "major", "NO_HEAD"),
            ("ST-02", 2, "critical", "LAW_CERT_LT2"),
        ):
            valid = required if i == 0 else required - 1
            for n in range(required):
                counts = n < valid
                person = "P" + hashlib.sha256(f"{town[0]}{rule}{n}".encode()).hexdigest()[:16]
                ref = _landed(landed, "enforcement", "officer_certificates", "执法证件_2026.xlsx",
                              {"cert_no": f"33060{i}{n}99", "person_name": "王小芳", "cert_type_word": "行政执法证"})  # fmt: skip
                t["certification_gap_people"].append({
                    "district_code": DISTRICT, "scope": "station", "unit_id": town[0], "town_id": town[0], "period": period, "rule_id": rule,
                    "person_id": person, "person_name_mask": "王**", "post_zh": "执法岗", "cert_type": "行政执法证",
                    "cert_no_mask": "3306****99", "cert_status": "valid" if counts else "expired", "counts": counts,
                    "valid_to_date": dt.date(2027, 1, 1) if counts else dt.date(2026, 5, 1),
                    "next_date": dt.date(2026, 12, 1), "fix_code": "none" if counts else "renew",
                    "fix_zh": "无需处理" if counts else "换证", "fix_en": "Nothing to do" if counts else "Renew",
                    "landing_ref": ref})  # fmt: skip
                t["indicator_evidence"].append({
                    "district_code": DISTRICT, "indicator_code": rule, "unit_id": town[0], "period": period,
                    "entity_type": "person", "entity_id": person, "numerator": D(int(counts)), "denominator": D(1),
                    "occurred_at": dt.datetime(2026, 1, 1), "landing_ref": ref, "unit_type": "station",
                    "system": "certification"})  # fmt: skip
            short = valid < required
            t["certification_gaps"].append({
                "district_code": DISTRICT, "scope": "station", "unit_id": town[0], "unit_name_zh": town[1], "unit_name_en": town[2],
                "town_id": town[0], "period": period, "rule_id": rule, "post_zh": "执法岗", "counted_zh": "人", "counted_en": "people",
                "requirement_zh": "每站在编有效执法证不少于2人", "requirement_en": "at least 2 valid certificates",
                "cert_type": "行政执法证", "gap_status": "short" if short else "met", "severity": severity,
                "reason_code": reason if short else None, "required_count": required, "valid_count": valid,
                "gap_count": required - valid, "held_count": required, "next_date": dt.date(2026, 12, 1),
                "cheapest_fix_code": "renew" if short else "none", "cheapest_fix_zh": "换证" if short else "无需处理",
                "cheapest_fix_en": "Renew" if short else "Nothing to do", "rule_status": "sourced",
                "basis": "行政处罚法 art 42"})  # fmt: skip


def _firms(t: dict[str, list[dict[str, Any]]], landed: list[list[Any]], period: str, day: dt.datetime) -> None:
    for i, (uscc, name, industry, zh, en, late) in enumerate(FIRMS):
        unit = "E" + uscc
        earned_all = due_all = D(0)
        worst = (D(0), "")
        for code, e_zh, e_en, n_zh, n_en, most, multiplier, reason in ITEMS:
            points, k = D(most), D(multiplier)
            status = "not_applicable" if code == "E404" and i == 1 else "observed"
            evidence: list[tuple[D, D]] = []
            if code == "E503":
                evidence = [(D(int(n >= late)), D(1)) for n in range(6)]
                earned = q(points * sum(x for x, _ in evidence) / 6, 4)
            elif code == "E801":
                evidence = [(D(1), D(1))] * (i % 2 + 1) if i else []
                earned = max(points - len(evidence), D(0))
            else:
                earned = points if status == "observed" else D(0)
            for n, (num, den) in enumerate(evidence):
                ref = _landed(landed, "enforcement", "hazards", f"隐患清单_{period}.csv",
                              {"hazard_no": f"{code}-{i}{n}", "town_name": "马鞍街道", "hazard_text": name,
                               "grade_word": "一般"})  # fmt: skip
                t["indicator_evidence"].append({
                    "district_code": DISTRICT, "indicator_code": code, "unit_id": unit, "period": period,
                    "entity_type": "hazard", "entity_id": f"{code}-{period}-{i}{n}", "numerator": num,
                    "denominator": den, "occurred_at": day, "landing_ref": ref, "unit_type": "enterprise",
                    "system": "enterprise"})  # fmt: skip
            lost = points - earned if status == "observed" else D(0)
            if status == "observed":
                earned_all += earned * k
                due_all += points * k
            worst = max(worst, (lost * k, reason))
            t["enterprise_item_scores"].append({
                "district_code": DISTRICT, "enterprise_id": unit, "period": period, "item_code": code,
                "element_zh": e_zh, "element_en": e_en, "name_zh": n_zh, "name_en": n_en, "item_status": status,
                "max_points": points, "multiplier": k, "numerator": sum((x for x, _ in evidence), D(0)),
                "denominator": D(len(evidence)), "earned_points": earned, "lost_points": lost,
                "reason_code": reason if lost else None, "reason_zh": f"扣 {lost} 分" if lost else None,
                "reason_en": f"{lost} points lost" if lost else None, "silo": "enforcement",
                "evidence_count": len(evidence), "last_occurred_at": day, "rule_status": "sourced"})  # fmt: skip
        score = q(100 * earned_all / due_all)
        grade = "A" if score >= 90 else "B" if score >= 75 else "C" if score >= 60 else "D"
        t["enterprise_quarter_ratings"].append({
            "district_code": DISTRICT, "enterprise_id": unit, "period": period, "method_version": METHOD,
            "firm_name": name, "uscc": uscc, "industry_code": industry, "industry_zh": zh, "industry_en": en,
            "town_id": "330603011000", "town_name_zh": "马鞍街道", "town_name_en": "Ma'an", "is_key": i == 0,
            "staff_count": 120 + i, "rating_status": "rated", "grade": grade, "veto_codes": "", "bonus_codes": "", "base_score": score,
            "bonus_points": D(0), "final_score": score, "coverage_share": D(1),
            "points_lost_top_reason": worst[1] or None})  # fmt: skip


def _method(t: dict[str, list[dict[str, Any]]]) -> None:
    for ind in INDICATORS:
        t["method_town_indicators"].append({
            "kind": "indicator", "indicator_code": ind[0], "name_zh": ind[3], "name_en": ind[4], "direction": ind[6],
            "aggregation": ind[7], "value_scale": D(1) if ind[0] in ("C204", "E103") else D(100), "floor_text": ind[8],
            "target_text": ind[9], "rule_status": ind[12], "effective_from": dt.date(2022, 1, 1)})  # fmt: skip
    t["method_town_indicators"].append({
        "kind": "veto", "indicator_code": "V05", "name_zh": "全考核期有效执法证不足2人",
        "name_en": "Fewer than 2 valid certificates", "cap_grade": "B", "effect_zh": "不得评为 A",
        "effect_en": "cannot be A", "rule_status": "statutory", "effective_from": dt.date(2022, 1, 1)})  # fmt: skip
    t["method_town_indicators"].append({
        "kind": "bonus", "indicator_code": "P03", "name_zh": "群众举报重大隐患查实并奖励",
        "name_en": "Verified public report of a major hazard", "points_each": D("0.5"), "points_max": D(1),
        "rule_status": "seed", "effective_from": dt.date(2022, 1, 1)})  # fmt: skip
    t["method_cert_rules"] += [
        {"rule_id": r, "requirement_zh": "每站", "required_min": n, "rule_status": "sourced"}
        for r, n in (("ST-01", 1), ("ST-02", 2))
    ]
    t["method_enterprise_items"] += [
        {
            "kind": "item",
            "item_code": x[0],
            "name_zh": x[3],
            "name_en": x[4],
            "max_points": D(x[5]),
            "calc_kind": kind,
            "points_each": D(1),
            "rule_status": "sourced",
        }
        for x, kind in zip(ITEMS, ("any_fault", "share_met", "per_fault"), strict=True)
    ]
    t["method_enterprise_industries"] += [
        {"industry_code": f[2], "industry_zh": f[3], "industry_en": f[4]} for f in FIRMS
    ]
    t["method_hazard_sla"].append({"grade": "G1", "stage": "confirm", "sla_hours": 24})
    for system, bounds in (("town", (90, 80, 60, 0)), ("enterprise", (90, 75, 60, 0))):
        t["method_grades"] += [
            {"system": system, "grade": g, "lower_score": D(b)} for g, b in zip("ABCD", bounds, strict=True)
        ]
    t["dim_departments"].append({"district_code": DISTRICT, "department": "ZF", "silo": "enforcement"})
    t["dim_towns"] += [
        {"district_code": DISTRICT, "town_id": x[0], "town_name_zh": x[1], "town_name_en": x[2], "cohort_code": x[3]}
        for x in TOWNS
    ]


def write_warehouse(path: Path, rows: dict[str, list[dict[str, Any]]], reverse: bool = False) -> Path:
    """Write ``rows`` as the typed tables of the warehouse; ``reverse`` stores them the other way round."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    con = duckdb.connect(str(path))
    for table, columns in DDL.items():
        schema = "method" if table.startswith("method_") else "core" if table.startswith("dim_") else "marts"
        con.execute(f"create schema if not exists {schema}")
        con.execute(f"create table {schema}.{table} ({columns})")
        names = [c.split()[0] for c in columns.replace("decimal(", "decimal|").split(", ")]
        names = [n for n in names if not n[0].isdigit()]
        content = rows[table][::-1] if reverse else rows[table]
        if content:
            made = pa.table({n: [r.get(n) for r in content] for n in names})
            con.register("made", made)
            con.execute(f"insert into {schema}.{table} from made")
            con.unregister("made")
    con.close()
    return path


def write_landing(folder: Path, landed: list[list[Any]]) -> None:
    """Write one batch per landed table, with manifests and the index, in the form of the batch protocol."""
    index = []
    for silo, table in sorted({r[0] for r in landed}):
        mine = [r for r in landed if r[0] == (silo, table)]
        batch = folder / silo / table / f"district_code={DISTRICT}" / f"batch={BATCH}"
        batch.mkdir(parents=True, exist_ok=True)
        made = pa.Table.from_pylist([
            {"_file": file, "_part": "1", "_row": number, "_row_hash": number,
             "_verdict": "accepted", "_duplicate_of": None, "_op": None, **{f"{k}_text": v for k, v in values.items()}, **values,
             **({"person_name_mask": "王**"} if "person_name" in values else {})}
            for _, _, file, number, values in mine
        ])  # fmt: skip
        pq.write_table(made, batch / "rows.parquet")
        sha256 = hashlib.sha256((batch / "rows.parquet").read_bytes()).hexdigest()
        source = {"kind": "file", "name": mine[0][2], "detail": {}}
        manifest = {
            "silo": silo, "table": table, "district_code": DISTRICT, "batch": BATCH, "sequence": 1,
            "contract_version": 1, "source": source, "rows_sha256": sha256, "source_sha256": "ab" * 32,
            "landed": len(mine), "accepted": len(mine), "rejected": 0, "duplicate": 0,
            "pulled_at": "2026-10-02T03:04:05Z",
        }  # fmt: skip
        (batch / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False), encoding="utf-8")
        index.append({
            "silo": silo, "table_name": table, "district_code": DISTRICT, "batch": BATCH, "sequence": 1,
            "contract_version": 1, "source_kind": "file", "source_name": mine[0][2], "source_sha256": "ab" * 32,
            "rows_sha256": sha256, "landed": len(mine), "accepted": len(mine), "rejected": 0, "duplicate": 0,
            "unreadable_files": 0, "pulled_at": dt.datetime.now(), "status": "landed"})  # fmt: skip
    (folder / "_index").mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(index), folder / "_index" / "batches.parquet")


def build(home: Path, nudge: int = 0, reverse: bool = False) -> Small:
    """Make the small world below ``home``: ``warehouse/anlan.duckdb`` and ``landing/``."""
    rows, landed = tables(nudge)
    path = write_warehouse(home / "warehouse" / "anlan.duckdb", rows, reverse)
    write_landing(home / "landing", landed)
    return Small(home, path, rows)


if __name__ == "__main__":
    import sys

    print(build(Path(sys.argv[1])).warehouse)

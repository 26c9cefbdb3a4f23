"""The marts of capability depth in the small warehouse: worked from the towns' rows that stand there already."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal as D
from statistics import median
from typing import Any

from tests.unit.warehouse_world import Rows

MAAN = {
    "district_code": "330603",
    "period": "2026Q3",
    "town_id": "330603011000",
    "town_name_zh": "马鞍街道",
    "town_name_en": "Ma'an",
}


def depth_tables(t: Rows, names: dict[str, tuple[str, str]]) -> None:
    """Add the marts of capability depth. ``names``: town → Chinese and English name."""
    _gaps(t, names)
    _recommendations(t)
    _supplies(t)
    _plans(t)
    _forces(t)


def _gaps(t: Rows, names: dict[str, tuple[str, str]]) -> None:
    seen: dict[tuple[str, str], list[tuple[D, D, str]]] = {}
    facts: dict[str, tuple] = {"TOTAL": (None, "总分", "Whole score", "分")}
    for r in t["town_indicator_scores"]:
        facts[r["indicator_code"]] = (r["l1_code"], r["name_zh"], r["name_en"], r["unit"])
        mine = seen.setdefault((r["period"], r["indicator_code"]), [])
        if r["cell_status"] == "observed":
            mine.append((r["published_score"], r["value"], r["town_id"]))
    for r in t["town_quarter_scores"]:
        seen.setdefault((r["period"], "TOTAL"), []).append((r["final_score"], r["final_score"], r["town_id"]))
    before: dict[str, dict[str, Any]] = {}
    for (period, code), towns in sorted(seen.items()):
        l1, zh, en, unit = facts[code]
        low, high = (min(towns), max(towns)) if towns else (None, None)
        level = bool(towns) and low[0] == high[0]
        last = before.get(code)
        gap = high[0] - low[0] if towns else None
        change = gap - last["score_gap"] if last and towns and last["score_gap"] is not None else None
        best, worst = (None, None) if level or not towns else (high, low)
        before[code] = {
            "district_code": "330603", "period": period, "indicator_code": code, "l1_code": l1, "name_zh": zh, "name_en": en,
            "unit": unit, "unit_en": unit, "gap_status": "not_due" if not towns else "level" if level else "compared",
            "trend_code": "unknown" if change is None else "widening" if change > 0 else "closing" if change < 0 else "same",
            **{f"{end}_town_{part}": x and (x[2], *names[x[2]])[i] for end, x in (("best", best), ("worst", worst))
               for i, part in enumerate(("id", "name_zh", "name_en"))},
            "previous_worst_town_id": last and worst and last["worst_town_id"], "town_count": len(names),
            "compared_count": len(towns), "unknown_count": 0, "best_score": high and high[0], "worst_score": low and low[0],
            "median_score": median(x[0] for x in towns) if towns else None, "score_gap": gap,
            "previous_score_gap": last and last["score_gap"], "gap_change": change, "best_value": best and best[1],
            "median_value": median(x[1] for x in towns) if towns else None, "worst_value": worst and worst[1]}  # fmt: skip
        t["indicator_gaps"].append(before[code])


def _recommendations(t: Rows) -> None:
    """One recommendation, measured by one indicator of the towns, and one item of it that is overdue."""
    for period in ("2026Q2", "2026Q3"):
        at = {"district_code": "330603", "period": period}
        cells = [r for r in t["town_indicator_scores"] if r["period"] == period and r["indicator_code"] == "C301"]
        mean = round(sum(r["score"] for r in cells) / len(cells), 2)
        last = next((r["progress_score"] for r in t["recommendation_measures"]), None)
        change = None if last is None else mean - last
        progress = {"progress_score": mean, "previous_progress_score": last, "progress_change": change}
        t["recommendation_measures"].append({
            **at, "feature_no": "F091", "system": "town", "indicator_code": "C301", "name_zh": "一般隐患按期整改率",
            "name_en": "General hazards closed on time", "measure_status": "measured", "target_text": "98", "rule_status": "pilot",
            "basis": "hazards closed", "judged_count": len(cells), "observed_count": len(cells), "at_target_count": 0,
            "district_value": cells[0]["district_value"], **progress})  # fmt: skip
        t["recommendation_items"].append({
            **at, "recommendation_no": "RDJY2026-001", "report_no": "RDBG2026-101", "report_title": "审议意见", "topic_word": "隐患治理",
            "feature_nos": "F091", "recommendation_text": "对重大隐患实行挂牌督办", "responsible_org_name": "区水利局",
            "supporting_org_names": None, "item_status": "overdue", "assessment_word": None, "landing_ref": None, "overdue_days": 20,
            "issued_date": dt.date(2026, 2, 1), "due_date": dt.date(2026, 6, 10), "done_date": None})  # fmt: skip
        t["congress_recommendations"].append({
            **at, "feature_no": "F091", "name_zh": "村社网格定期风险评估", "name_en": "village risk assessment",
            "measure_status": "measured", "trend_code": "unknown" if change is None else "ahead" if change > 0 else "back" if change < 0 else "same",
            "responsible_org_names": "区水利局", "indicator_count": 1, "measured_count": 1, "compared_count": 0 if change is None else 1,
            "at_target_count": 0, "item_count": 1, "done_count": 0, "open_count": 0, "overdue_count": 1, "longest_overdue_days": 20,
            **progress, "next_due_date": None})  # fmt: skip


def _supplies(t: Rows) -> None:
    """One article of one town, short of its norm by ten, and another town that sent no list."""
    town = {
        "district_code": "330603",
        "cohort_code": "coast",
        "cohort_name_zh": "沿海产业",
        "cohort_name_en": "Coastal industry",
    }
    article = {
        "article_code": "2010103", "class_code": "2", "norm_cohort_code": "any", "article_name_zh": "救生圈", "article_name_en": "Life rings",
        "class_name_zh": "应急装备及配套物资", "class_name_en": "Emergency equipment", "base_unit_word": "个", "unread_line_count": 0}  # fmt: skip
    t["town_supply_cover"] += [
        {**MAAN, **town, **article,
         "cover_status": "short", "reach_status": "middle", "line_count": 2, "norm_quantity": D(50), "held_quantity": D(40),
         "expired_quantity": D(5), "expiring_quantity": D(8), "near_quantity": D(45), "middle_quantity": D(60), "far_quantity": D(90)},
        {**town, **article, "town_id": "330603002000", "period": "2026Q3", "town_name_zh": "柯岩街道", "town_name_en": "Keyan",
         "cover_status": "not_reported", "reach_status": "not_reported", "line_count": 0, "norm_quantity": D(50)},
    ]  # fmt: skip


def _plans(t: Rows) -> None:
    """One plan in force, the villages of a town, the drills of one kind of event."""
    at = {"district_code": "330603", "period": "2026Q3"}
    t["plan_cover"].append({
        **at, "division_id": "330603011000", "event_type_code": "10101", "level_code": "town", "division_name_zh": "马鞍街道",
        "division_name_en": "Ma'an", "event_type_name": "洪涝灾害", "plan_status": "in_force", "link_status": "linked", "trigger_word": "定期修订",
        "plan_no": "YA00001", "plan_count": 1, "is_required": True, "in_force_date": dt.date(2025, 1, 1), "revised_date": dt.date(2026, 1, 1)})  # fmt: skip
    t["village_plan_covers"].append({
        **MAAN, "cover_status": "counted", "village_count": 17, "plan_count": 16, "complete_count": 15, "one_page_count": 4})  # fmt: skip
    t["drill_outcomes"].append({
        **at, "event_type_code": "10101", "event_type_name": "洪涝灾害", "planned_count": 5, "held_count": 4, "cross_department_count": 2,
        "finding_count": 9, "fixed_count": 7, "overdue_count": 1})  # fmt: skip


def _forces(t: Rows) -> None:
    """The civil teams, the volunteers and the training of one town."""
    t["civil_team_kinds"].append({
        **MAAN, "specialty_word": "水上", "team_count": 3, "registered_count": 2, "insured_count": 2, "graded_count": 2, "in_order_count": 1,
        "grade_1_count": 1, "grade_2_count": 0, "grade_3_count": 1})  # fmt: skip
    t["social_forces"].append({
        **MAAN, "dispatch_status": "counted", "volunteer_status": "observed", "team_count": 3, "in_order_count": 1, "volunteer_count": 40,
        "dispatch_count": 5, "ordered_count": 4, "incident_count": 50, "joined_count": 4, "volunteers_per_10000": D("3.5"),
        "joined_share": D("0.08")})  # fmt: skip
    t["station_trainings"].append({
        **MAAN, "hours_status": "observed", "course_status": "observed", "rotation_status": "short", "rotation_plan_count": 2,
        "rotation_done_count": 1, "rotation_target_count": 8, "rotation_trained_count": 3, "year_hours_per_head": D("40.5"),
        "course_in_time_count": 3, "course_count": 4})  # fmt: skip

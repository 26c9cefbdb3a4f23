"""The pretended depth of capability: gaps between towns, what the congress asked for, supplies, plans, forces."""

from __future__ import annotations

import datetime as dt

from tests.app.make_release.facts import COHORTS, DISTRICT, PERIODS, TOWNS, q

MARTS = (
    "indicator_gaps",
    "congress_recommendations",
    "recommendation_measures",
    "recommendation_items",
    "town_supply_cover",
    "plan_cover",
    "village_plan_covers",
    "drill_outcomes",
    "civil_team_kinds",
    "social_forces",
    "station_trainings",
)
UNITS = {"分": "points", "天": "days", "人": "people", "分钟": "minutes", "件/次": "each"}
NAMES = {town[0]: (town[1], town[2]) for town in TOWNS}


def depth_tables(t: dict) -> None:
    """Add the marts of the page on capability depth."""
    _gaps(t)
    _recommendations(t)
    _supplies(t)
    _plans(t)
    _forces(t)


def _gaps(t: dict) -> None:
    cells = [
        (r["period"], r["indicator_code"], r, r["published_score"], r["cell_status"] == "observed")
        for r in t["town_indicator_scores"]
    ]
    whole = {"l1_code": None, "name_zh": "总分", "name_en": "Whole score", "unit": "分"}
    cells += [
        (r["period"], "TOTAL", whole | {"town_id": r["town_id"]}, r["final_score"], r["score_status"] == "rated")
        for r in t["town_quarter_scores"]
    ]
    last: dict[str, dict] = {}
    for period in PERIODS:
        for code in dict.fromkeys(c[1] for c in cells):
            mine = [c for c in cells if c[:2] == (period, code)]
            seen = sorted((c[3], c[2]["town_id"]) for c in mine if c[4])
            before = last.get(code, {})
            gap = seen[-1][0] - seen[0][0] if len(seen) > 1 else None
            change = gap - before["score_gap"] if gap is not None and before.get("score_gap") is not None else None
            ends = seen if gap else []
            last[code] = {
                "district_code": DISTRICT, "period": period, "indicator_code": code,
                **{k: mine[0][2][k] for k in ("l1_code", "name_zh", "name_en", "unit")}, "unit_en": UNITS.get(mine[0][2]["unit"], "%"),
                "gap_status": "compared" if gap else "level" if gap == 0 else "too_few" if seen else "not_due",
                "trend_code": "unknown" if change is None else "widening" if change > 0 else "closing" if change < 0 else "same",
                "best_town_id": (ends and ends[-1][1]) or None, "worst_town_id": (ends and ends[0][1]) or None,
                **{f"{end}_town_name_{lang}": (ends and NAMES[ends[at][1]][i]) or None
                   for end, at in (("best", -1), ("worst", 0)) for i, lang in enumerate(("zh", "en"))},
                "previous_worst_town_id": before.get("worst_town_id"), "town_count": len(TOWNS), "compared_count": len(seen),
                "unknown_count": len(TOWNS) - len(seen), "best_score": seen[-1][0] if seen else None,
                "median_score": seen[len(seen) // 2][0] if seen else None, "worst_score": seen[0][0] if seen else None,
                "score_gap": gap, "previous_score_gap": before.get("score_gap"), "gap_change": change,
                "best_value": q(90, 6) if ends else None, "median_value": q(80, 6) if seen else None,
                "worst_value": q(60, 6) if ends else None}  # fmt: skip
            t["indicator_gaps"].append(last[code])


# number, words, indicators, progress now and before, and the items: number, status, days overdue
ASKED = (
    ("F091", "村社网格定期风险评估、严格整改销号", "periodic village risk assessment, strict close-out", ("C202", "C301"), 61.5, 58.25,
     (("RDJY2026-001", "overdue", 112), ("RDJY2026-002", "done_in_time", 0))),
    ("F099", "企业(村居)智慧监管设施配备", "smart facilities in firms and villages", ("D101",), 44.0, 47.5, (("RDJY2026-003", "open", 0),)),
    ("F106", "科学评价指标体系", "scientific indicator system", (), None, None, ()),
)  # fmt: skip


def _recommendations(t: dict) -> None:
    for period in PERIODS:
        late = period == PERIODS[-1]
        for number, zh, en, codes, now, before, items in ASKED:
            at = {"district_code": DISTRICT, "period": period, "feature_no": number}
            score, last = (q(now), q(before)) if late else (q(before), None)
            change = score - last if last is not None else None
            progress = {"progress_score": score, "previous_progress_score": last, "progress_change": change}
            overdue = [i for i in items if i[1] == "overdue"]
            t["congress_recommendations"].append({
                **at, "name_zh": zh, "name_en": en, "measure_status": "measured" if codes else "no_indicator",
                "trend_code": "unknown" if change is None else "ahead" if change > 0 else "back",
                "responsible_org_names": "区应急管理局、区水利局" if items else None, "indicator_count": len(codes),
                "measured_count": len(codes), "compared_count": len(codes) if late else 0, "at_target_count": 0, "item_count": len(items),
                "done_count": sum(i[1] == "done_in_time" for i in items), "open_count": sum(i[1] == "open" for i in items),
                "overdue_count": len(overdue), "longest_overdue_days": max((i[2] for i in overdue), default=None), **progress,
                "next_due_date": dt.date(2026, 11, 20) if any(i[1] == "open" for i in items) else None})  # fmt: skip
            t["recommendation_measures"] += [
                {**at, "system": "town", "indicator_code": code, "name_zh": f"{zh}指标", "name_en": f"Measure of {en}",
                 "measure_status": "measured", "target_text": "100", "rule_status": "pilot", "basis": "pretended", "judged_count": 16,
                 "observed_count": 16, "at_target_count": 2, "district_value": q(70, 6), **progress}
                for code in codes
            ]  # fmt: skip
            t["recommendation_items"] += [
                {"district_code": DISTRICT, "period": period, "recommendation_no": item, "report_no": "RDBG2026-101",
                 "report_title": "关于基层应急管理体系建设的专题调研报告", "topic_word": "隐患治理", "feature_nos": number,
                 "recommendation_text": "对重大隐患实行挂牌督办，闭环销号", "responsible_org_name": "区应急管理局", "supporting_org_names": None,
                 "item_status": status, "assessment_word": "满意" if status == "done_in_time" else None,
                 "landing_ref": "congress/recommendations/000001-9f3c2ab1#建议办理_2026Q3.docx!table 1:4", "overdue_days": days,
                 "issued_date": dt.date(2026, 2, 1), "due_date": dt.date(2026, 6, 10) if days else dt.date(2026, 11, 20),
                 "done_date": dt.date(2026, 5, 8) if status == "done_in_time" else None}
                for item, status, days in items
            ]  # fmt: skip


ARTICLES = (
    ("1010101", "压缩饼干", "Hard biscuits", "包", "基本生活保障物资", "Basic living supplies"),
    ("2010103", "救生圈", "Life rings", "个", "应急装备及配套物资", "Emergency equipment"),
    ("2020101", "消防水带", "Fire hoses", "盘", "应急装备及配套物资", "Emergency equipment"),
    ("3020101", "铁锹", "Shovels", "把", "工程材料与机械加工设备", "Engineering materials and machinery"),
)


def _supplies(t: dict) -> None:
    """Every town against four articles: one town sent no list, the others hold less the farther down the register they stand."""
    for i, (town_id, zh, en, cohort) in enumerate(TOWNS):
        for n, (code, name_zh, name_en, unit, class_zh, class_en) in enumerate(ARTICLES):
            untold = i == len(TOWNS) - 1
            held = 100 - 7 * i if n else 120 - i
            near, middle, far = held + 5 * n, held + 20 * n, held + 60 * n
            bands = (("near", near), ("middle", middle), ("far", far))
            t["town_supply_cover"].append({
                "district_code": DISTRICT, "town_id": town_id, "period": PERIODS[-1], "article_code": code, "class_code": code[0],
                "town_name_zh": zh, "town_name_en": en, "cohort_code": cohort, "cohort_name_zh": COHORTS[cohort][0],
                "cohort_name_en": COHORTS[cohort][1], "norm_cohort_code": "any", "article_name_zh": name_zh, "article_name_en": name_en,
                "class_name_zh": class_zh, "class_name_en": class_en, "base_unit_word": unit,
                "cover_status": "not_reported" if untold else "met" if held >= 90 else "short",
                "reach_status": "not_reported" if untold else next((b for b, x in bands if x >= 90), "beyond"),
                "line_count": 0 if untold else 2, "unread_line_count": 0, "norm_quantity": q(90, 3),
                "held_quantity": None if untold else q(held, 3), "expired_quantity": None if untold else q(4 * n, 3),
                "expiring_quantity": None if untold else q(3, 3), "near_quantity": None if untold else q(near, 3),
                "middle_quantity": None if untold else q(middle, 3), "far_quantity": None if untold else q(far, 3)})  # fmt: skip


EVENTS = (("10101", "洪涝灾害"), ("10601", "森林火灾"), ("20301", "城乡火灾"))


def _plans(t: dict) -> None:
    """Plans of the district and the towns for three kinds of event, the villages of every town, and the drills."""
    at = {"district_code": DISTRICT, "period": PERIODS[-1]}
    divisions = [
        ("330603000000", "区级", "District", "district", "plain"),
        *((x[0], x[1], x[2], "town", x[3]) for x in TOWNS),
    ]
    for i, (division, zh, en, level, cohort) in enumerate(divisions):
        for n, (code, name) in enumerate(EVENTS):
            required = level == "district" or n != 1 or cohort == "hill"
            status = (
                "not_required"
                if not required
                else "missing"
                if (i + n) % 7 == 3
                else "outdated"
                if (i + n) % 5 == 2
                else "in_force"
            )
            has = status in ("in_force", "outdated")
            t["plan_cover"].append({
                **at, "division_id": division, "event_type_code": code, "level_code": level, "division_name_zh": zh, "division_name_en": en,
                "event_type_name": name, "plan_status": status, "link_status": ("linked", "unchecked")[i % 2] if has else "no_plan",
                "trigger_word": ("定期修订", "演练发现")[i % 2] if has else None, "plan_no": f"YA{i:02d}{n}" if has else None,
                "plan_count": 1 if has else 0, "is_required": required, "in_force_date": dt.date(2025, 1, 1) if has else None,
                "revised_date": dt.date(2026, 1, 1) if has else None})  # fmt: skip
        if level == "town":
            untold = i == len(divisions) - 1
            counts = {"plan_count": 18, "complete_count": 16 - i % 4, "one_page_count": 9 - i % 5}
            t["village_plan_covers"].append({
                **at, "town_id": division, "town_name_zh": zh, "town_name_en": en, "cover_status": "not_reported" if untold else "counted",
                "village_count": 20, **(dict.fromkeys(counts) if untold else counts)})  # fmt: skip
    for n, (code, name) in enumerate((*EVENTS, ("none", None))):
        t["drill_outcomes"].append({
            **at, "event_type_code": code, "event_type_name": name, "planned_count": 6 + n, "held_count": 5 + n, "cross_department_count": n,
            "finding_count": 10, "fixed_count": 8, "overdue_count": n})  # fmt: skip


def _forces(t: dict) -> None:
    """Civil teams in two towns, turnouts everywhere, and a station whose rotation stands still."""
    for i, (town_id, zh, en, _) in enumerate(TOWNS):
        at = {
            "district_code": DISTRICT,
            "period": PERIODS[-1],
            "town_id": town_id,
            "town_name_zh": zh,
            "town_name_en": en,
        }
        teams = 3 if i < 2 else 0
        if teams:
            t["civil_team_kinds"].append({
                **at, "specialty_word": ("水上", "山地")[i], "team_count": teams, "registered_count": 3, "insured_count": 2, "graded_count": 2,
                "in_order_count": 1, "grade_1_count": 1, "grade_2_count": 0, "grade_3_count": 1})  # fmt: skip
        t["social_forces"].append({
            **at, "dispatch_status": "counted", "volunteer_status": "observed", "team_count": teams, "in_order_count": 1 if teams else 0,
            "volunteer_count": 400 + i, "dispatch_count": 6, "ordered_count": 4, "incident_count": 100 if i else 0, "joined_count": 5 if i else 0,
            "volunteers_per_10000": q(40 + i, 6), "joined_share": q(0.05, 6) if i else None})  # fmt: skip
        t["station_trainings"].append({
            **at, "hours_status": "observed" if i else "not_reported", "course_status": "observed", "rotation_status": "none" if i == 5 else "short",
            "rotation_plan_count": 4, "rotation_done_count": 0 if i == 5 else 3, "rotation_target_count": 16,
            "rotation_trained_count": 0 if i == 5 else 9, "year_hours_per_head": q(60 + i, 6) if i else None, "course_in_time_count": 20,
            "course_count": 30})  # fmt: skip

"""What the small warehouse knows of silos and departments: what came and was refused, how it reads, how its department is judged."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal as D

from tests.unit.warehouse_scores import trust
from tests.unit.warehouse_world import BATCH, DISTRICT, PERIODS, TOWNS, Rows


def silos(t: Rows, total: int) -> None:
    """Add what is known of the one silo, of whose table ``total`` rows were let in."""
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


def departments(t: Rows, period: str) -> None:
    """Add the one department that is judged: its cells, score and data barriers."""
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
    trust(t, "department", key, {"group_code": "all_tasks", "rank_in_group": 1})
    t["department_data_barriers"].append({
        **head, "body_name_zh": "执法局", "body_name_en": "Bureau", "index_status": "rated", "index_score": D(50),
        "rank_overall": 1, "coverage_share": D(1), "table_count": 4, "delivered_count": 3, "issue_count": 2,
        "open_count": 2, "mended_count": 0, "median_mend_hours": None, "withheld_town_points": D(1),
        "withheld_firm_points": D(0), "is_government": True})  # fmt: skip
    t["withheld_points"].append({
        "district_code": DISTRICT, "unit_type": "town", "unit_id": TOWNS[0][0], "period": period,
        "indicator_code": "H101", "silo": "enforcement", "table_name": "inspections", "department": "ZF",
        "delivery_status": "not_delivered", "missing_table_count": 1, "withheld_points": D(1)})  # fmt: skip

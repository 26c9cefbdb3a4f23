"""The pretended hazard loop: four lives (closed, overdue and major, paused with a department, only told by the fire brigade) with clocks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal as D
from typing import Any

STAGES = {
    "confirm": ("确认", "Confirmation", 2), "control": ("管控", "Interim control", 3), "assign": ("责任落实", "Duty assigned", 4),
    "rectify": ("整改", "Rectification", 5), "review": ("复查", "Review", 6), "close": ("核销", "Closing", 7),
}  # fmt: skip
STATUSES = {
    "met": ("按时", "In time"), "late": ("迟", "Late"), "overdue": ("逾期未办", "Overdue, not done"), "running": ("在时限内", "Running"),
    "paused": ("中止计时", "Paused"), "not_told": ("未记", "Went on without a record"),
}  # fmt: skip
STATES = {"CLOSED": ("已核销", "Closed"), "CONTROLLED": ("已管控", "Controlled"), "TRANSFERRED": ("已移交", "Transferred"), "DISCOVERED": ("已发现", "Discovered")}  # fmt: skip
# hazard, grade, state, how its six clocks stand, department, escalations
LIVES = (
    ("HYH2026Q3000001", "G2", "CLOSED", ("met", "met", "late", "met", "met", "met"), "ZF", 1),
    ("HYH2026Q3000002", "G4", "CONTROLLED", ("late", "late", "not_told", "overdue", None, None), "YJ", 4),
    ("HYH2026Q3000003", "G2", "TRANSFERRED", ("met", "met", "met", "paused", None, None), "ZF", 0),
    ("H-0123456789ab", None, "DISCOVERED", (None,) * 6, "XF", 0),
)
START = dt.datetime(2026, 8, 3, 1, 0)


def loop_tables(t: dict[str, list[dict[str, Any]]], district: str, period: str, towns: Sequence[str]) -> None:
    """Add the marts of the hazard loop and the audit queue to ``t``; the lives stand in the towns in turn."""
    for n, (hazard, grade, state, clocks, department, escalated) in enumerate(LIVES):
        town = towns[n % len(towns)]
        ref = f"enforcement/hazards/000001-000000a1#隐患清单_{period}.csv!1:{40 + n}"
        begun = [c for c in clocks if c]
        t["hazard_loops"].append({
            "district_code": district, "hazard_id": hazard, "town_id": town, "enterprise_id": None, "department": department,
            "silos": "enforcement", "grade_code": grade, "state_code": state, "clause_code": "EX-01",
            "repeats_hazard_id": LIVES[0][0] if n == 1 else None,
            "open_stage_code": "rectify" if "overdue" in begun else None, "last_escalation_code": "G4-DUE" if escalated > 1 else None,
            "state_name_zh": STATES[state][0], "state_name_en": STATES[state][1], "hazard_text": "安全出口堵塞", "landing_ref": ref,
            "clock_count": len(begun), "met_count": begun.count("met"), "late_count": begun.count("late") + begun.count("overdue"),
            "rework_count": 0, "escalation_count": escalated, "refused_count": int(n == 1), "is_counted": department == "ZF",
            "is_logged": bool(begun), "is_extended": False, "is_paused": "paused" in begun, "deadline_date": dt.date(2026, 8, 18),
            "found_at": START, "open_due_at": START + dt.timedelta(days=15) if "overdue" in begun else None,
            "last_escalated_at": START + dt.timedelta(days=15) if escalated else None,
            "closed_at": START + dt.timedelta(days=9) if state == "CLOSED" else None})  # fmt: skip
        for (stage, (zh, en, number)), status in zip(STAGES.items(), clocks, strict=True):
            if status is None:
                continue
            at = START + dt.timedelta(days=number)
            done = {"met": at + dt.timedelta(hours=2), "late": at + dt.timedelta(hours=30)}.get(status)
            t["hazard_clocks"].append({
                "district_code": district, "hazard_id": hazard, "stage_code": stage, "round_number": 1, "town_id": town, "grade_code": grade,
                "rule_number": number, "clock_kind": "working" if number > 5 else "calendar", "extension_status": "none",
                "clock_status": status, "stage_name_zh": zh, "stage_name_en": en, "status_name_zh": STATUSES[status][0],
                "status_name_en": STATUSES[status][1], "stage_number": number, "limit_hours": D(24), "paused_hours": D(0), "is_rework": False,
                "started_at": at, "due_at": None if status == "paused" else at + dt.timedelta(hours=24), "done_at": done})  # fmt: skip
            t["hazard_stage_quarters"].append({
                "district_code": district, "period": period, "town_id": town, "department": department, "stage_code": stage,
                "grade_code": grade if n != 2 else "G3", "stage_name_zh": zh, "stage_name_en": en, "stage_number": number, "due_count": 4,
                "met_count": 2, "late_count": 1, "open_count": int(status == "overdue"), "not_told_count": 1 - int(status == "overdue"),
                "extended_count": 0, "on_time_share": D("0.666667")})  # fmt: skip
        for k in range(escalated):
            t["hazard_escalations"].append({
                "district_code": district, "hazard_id": hazard, "escalation_code": ("G4-LIST", "G4-50", "G4-80", "G4-DUE")[k], "stage_code": "rectify",
                "round_number": 1, "town_id": town, "grade_code": grade, "rule_number": 26, "to_whom_zh": "区级", "to_whom_en": "district",
                "action_zh": "逾期启动停产停业审查", "action_en": "Overdue: stop-work review", "due_at": START + dt.timedelta(days=15),
                "escalated_at": START + dt.timedelta(days=12 + k)})  # fmt: skip
        t["hazard_list_checks"] += [
            {
                "district_code": district, "hazard_no": f"YH00000000{n}", "list_code": code, "town_id": town,
                "list_status": "missing" if code == "duty" and n == 1 else "written", "list_name_zh": zh, "list_name_en": en,
                "status_name_zh": "应列未列" if code == "duty" and n == 1 else "已列入",
                "status_name_en": "Missing" if code == "duty" and n == 1 else "Written", "landing_ref": ref,
                "is_listed": not (code == "duty" and n == 1), "due_from_at": START,
            }
            for code, zh, en in (("hazard", "隐患清单", "Hazard list"), ("duty", "责任清单", "Responsibility list"), ("rectify", "整改清单", "Rectification list"))
        ]  # fmt: skip
    seen = {"district_code": district, "test_code": "I3", "period": period, "town_id": towns[0], "test_name_zh": "整改前后同一照片",
            "test_name_en": "Same photo before and after"}  # fmt: skip
    t["audit_cases"].append({
        **seen, "case_id": "A-0123456789ab", "entity_type": "hazard_report", "entity_id": "YH2026Q3000001", "rule_zh": "整改照片指纹与发现时相同",
        "rule_en": "The photo of the mending is that of the finding", "detail_text": "the photo of the mending is that of the finding",
        "landing_ref": f"enforcement/hazard_events/000001-000000a1#隐患流转_{period}.csv!1:12", "seen_value": D(1), "limit_value": D(0),
        "occurred_at": START})  # fmt: skip
    t["audit_test_quarters"].append({**seen, "case_count": 1})
    t["hazard_refused_events"].append({
        "district_code": district, "hazard_event_id": "V:enforcement:LZ0000009", "hazard_id": LIVES[1][0], "town_id": towns[1 % len(towns)],
        "silo": "enforcement", "event_status": "illegal_jump", "state_before": "CONTROLLED", "state_word": "核销", "state_name_zh": "已管控",
        "state_name_en": "Controlled", "reason_zh": "跳步：当前状态没有这一步", "reason_en": "No such step from the state the hazard is in",
        "landing_ref": f"enforcement/hazard_events/000001-000000a1#隐患流转_{period}.csv!1:9", "occurred_at": START, "recorded_at": START})  # fmt: skip
    t["major_hazard_earlies"].append({
        "district_code": district, "record_no": "ZD00001", "hazard_id": LIVES[1][0], "town_id": towns[1 % len(towns)], "department": "ZF",
        "report_status": "met", "publish_status": "overdue", "landing_ref": "emergency/major_hazards/000001-000000a1#yj_major_hazard!query:1",
        "report_hours": D("3.50"), "publish_hours": None, "handle_hours": D("400.00"), "found_at": START,
        "reported_at": START + dt.timedelta(hours=3, minutes=30), "published_at": None, "handled_at": START + dt.timedelta(hours=400),
        "closed_at": None})  # fmt: skip
    for stage, zh, en, status in (
        ("decide", "办案", "Decision of the case", "met"),
        ("send", "移送", "Sending to the police", "late"),
    ):
        t["case_clocks"].append({
            "district_code": district, "case_no": "（柯）应急罚〔2026〕3001号", "stage_code": stage, "town_id": towns[0], "transfer_no": "YS000001",
            "chain_state": "FILED", "result_code": "FILED", "clock_status": status, "stage_name_zh": zh, "stage_name_en": en,
            "landing_ref": "enforcement/transfer_cases/000001-000000a1#案件移送.csv!1:2", "rule_number": 36, "document_count": 5,
            "has_all_papers": True, "started_at": START, "due_at": START + dt.timedelta(days=1),
            "done_at": START + dt.timedelta(hours=20 if status == "met" else 50)})  # fmt: skip

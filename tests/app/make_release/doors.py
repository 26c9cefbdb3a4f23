"""What came in, what was refused, and how departments share."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal as D

from tests.app.make_release.facts import (
    DATA_INDICATORS,
    DEPARTMENTS,
    DISTRICT,
    FEEDS,
    PERIODS,
    SILO_TABLES,
    WORD_LISTS,
    q,
)


def door_tables(rng: random.Random, t: dict) -> None:
    """Add what every table sent, what was refused of it and why."""
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
        for n in range(3 if table == "hazards" else 0):
            t["place_findings"].append(
                {
                    "district_code": DISTRICT,
                    "finding_id": f"{silo}-{n}",
                    "finding_kind": "division",
                    "silo": silo,
                    "table_name": table,
                    "finding_code": "code_name_conflict",
                    "said_text": "杨汛桥街道",
                    "candidate_text": "330603010000 杨汛桥街道",
                    "reason_zh": "代码与名称所指不同",
                    "reason_en": "Code and name mean different places",
                    "advice_zh": "请报送单位核对代码",
                    "advice_en": "Have the code checked",
                    "landing_ref": f"{silo}/{table}/{batch}#{zh}_2026Q3.xlsx!1:{n + 11}",
                    "on_date": dt.date(2026, 8, 3),
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


def department_tables(rng: random.Random, t: dict) -> None:
    """Add the data-barrier index of every department and the points withheld."""
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
                        "is_shrunk": False,
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
            if code == "SL":
                t["department_indicator_scores"].append(
                    t["department_indicator_scores"][-1]
                    | {
                        "indicator_code": "DC03", "l1_code": "DC", "name_zh": "迟漏报数", "name_en": "Late or missing reports",
                        "unit": "次", "direction": "lower", "cell_status": "observed", "is_shrunk": True, "value": q(1), "numerator": q(1),
                        "denominator": q(4), "floor_value": q(3), "target_value": q(0), "score": q(66.67),
                        "published_score": q(66.67), "weight_share": q(0), "points_lost": q(0),
                    }
                )  # fmt: skip
            t["department_quarter_scores"].append(
                {
                    **head, "method_version": "m2026a", "is_government": is_government,
                    "group_code": "all_tasks" if is_government else "data_only", "score_status": "not_rated" if missing else "rated",
                    "grade": None if missing else "C" if code == "SL" else "A", "veto_codes": "DV4" if code == "SL" else "",
                    "base_score": q(0 if missing else 91), "bonus_points": q(0 if missing else 0.5), "deduction_points": q(0),
                    "final_score": q(0 if missing else 91.5), "lower_score": q(0 if missing else 91.5), "upper_score": q(91.5),
                    "previous_score": None, "score_change": None, "coverage_share": q(0 if missing else 1),
                    "rank_in_group": None if missing else 1, "group_size": 4 if is_government else 1, "previous_rank": None,
                    "judged_count": 4, "observed_count": 0 if missing else 4,
                }
            )  # fmt: skip
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

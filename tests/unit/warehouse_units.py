"""The stations and firms of the small warehouse: rules and items, with the evidence and the landed rows they follow from."""

from __future__ import annotations

import datetime as dt
import hashlib
from decimal import Decimal as D
from typing import Any

from tests.unit.warehouse_world import DISTRICT, FIRMS, ITEMS, METHOD, TOWNS, Rows, land, q


def stations(t: Rows, landed: list[list[Any]], period: str) -> None:
    """Add the two certification rules of every station, its people and their evidence."""
    for i, town in enumerate(TOWNS):
        for rule, required, severity, reason in (
            ("ST-01", 1, "major", "NO_HEAD"),
            ("ST-02", 2, "critical", "LAW_CERT_LT2"),
        ):
            valid = required if i == 0 else required - 1
            for n in range(required):
                counts = n < valid
                person = "P" + hashlib.sha256(f"{town[0]}{rule}{n}".encode()).hexdigest()[:16]
                ref = land(landed, "enforcement", "officer_certificates", "执法证件_2026.xlsx",
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


def firms(t: Rows, landed: list[list[Any]], period: str, day: dt.datetime) -> None:
    """Add the items and ratings of every firm and their evidence."""
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
                ref = land(landed, "enforcement", "hazards", f"隐患清单_{period}.csv",
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

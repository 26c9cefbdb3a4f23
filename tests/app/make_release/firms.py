"""Firms: ratings and items."""

from __future__ import annotations

import random

from tests.app.make_release.facts import DISTRICT, INDUSTRIES, ITEMS, METHOD, PERIODS, SPAN, TOWNS, moment, q


def enterprise_tables(rng: random.Random, t: dict, firms: int) -> None:
    """Add ratings and items of ``firms`` firms."""
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
                        "last_occurred_at": moment(rng, period),
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
                                "occurred_at": moment(rng, period),
                                "landing_ref": f"enforcement/inspections/000002-1b77e0aa#执法检查_{period}.csv!1:{row + 2}",
                                "unit_type": "enterprise",
                                "system": "enterprise",
                            }
                        )
            base = score = None if hidden else q(100 * earned_all / due_all)
            bonus = q(1 if n % 20 == 7 and not hidden else 0)
            if bonus:
                score = min(base + bonus, q(100))
                t["indicator_evidence"].append(
                    {
                        "district_code": DISTRICT,
                        "indicator_code": "EP02",
                        "unit_id": unit,
                        "period": period,
                        "entity_type": "hazard",
                        "entity_id": f"HZ{n:05d}",
                        "numerator": q(1.0, 6),
                        "denominator": q(1.0, 6),
                        "occurred_at": moment(rng, period),
                        "landing_ref": f"enforcement/hazards/000002-1b77e0aa#隐患_{period}.csv!1:{n + 2}",
                        "unit_type": "enterprise",
                        "system": "enterprise",
                    }
                )
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
                "bonus_codes": "EP02" if bonus else "",
                "base_score": base,
                "bonus_points": bonus,
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

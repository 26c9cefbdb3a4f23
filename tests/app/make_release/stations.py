"""Stations: certification gaps and the people behind them."""

from __future__ import annotations

import datetime as dt
import random

from tests.app.make_release.facts import DISTRICT, FIXES, PERIODS, RULES, SPAN, TOWNS

#: one unit of each other kind
OTHERS = (
    {"scope": "fire_team", "unit_id": "XD000001", "unit_name_zh": "平水镇专职消防队", "rule_id": "FD-02", "requirement_zh": "用地700-850㎡",
     "requirement_en": "site 700-850 m2", "counted_zh": "人", "counted_en": "people"},
    {"scope": "enterprise", "unit_id": "E913306210000000XX", "unit_name_zh": "绍兴丰泰化纤有限公司", "rule_id": "EN-16",
     "requirement_zh": "培训记录本人签名", "requirement_en": "own signature, keep 3 years", "counted_zh": "份档案", "counted_en": "files"},
    {"scope": "social", "unit_id": "JY0001", "unit_name_zh": "蓝天救援队", "rule_id": "SO-03", "requirement_zh": "救护员证50%",
     "requirement_en": "half hold a certificate", "counted_zh": "人", "counted_en": "people"},
)  # fmt: skip


def certification_tables(rng: random.Random, t: dict) -> None:
    """Add the gaps of every station and rule, and the people behind them."""
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
                            "scope": "station",
                            "unit_id": town[0],
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
                        "scope": "station",
                        "unit_id": town[0],
                        "unit_name_zh": town[1],
                        "unit_name_en": town[2],
                        "town_id": town[0],
                        "counted_zh": "人",
                        "counted_en": "people",
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
        t["certification_gaps"] += [
            {
                **other, "district_code": DISTRICT, "period": period, "unit_name_en": other["unit_name_zh"], "town_id": TOWNS[0][0],
                "post_zh": "", "cert_type": "", "severity": "critical", "held_count": 0, "next_date": None, "rule_status": "sourced",
                "basis": "pilot", "required_count": 2, "valid_count": 1, "gap_count": 1, "gap_status": "short", "reason_code": "SHORT",
                "cheapest_fix_code": "train", "cheapest_fix_zh": FIXES["train"][0], "cheapest_fix_en": FIXES["train"][1],
            }
            for other in OTHERS
        ]  # fmt: skip
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

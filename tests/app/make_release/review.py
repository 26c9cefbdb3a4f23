"""Cases for the review desk: pairs that linkage could not settle, values that conflict."""

from __future__ import annotations

import json
import random

from tests.app.make_release.facts import DISTRICT, q


def review_tables(rng: random.Random, t: dict) -> None:
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
    for n, name in enumerate(("某公司", "某公司", "某公司（绍兴）"), 1):
        t["stopped_records"].append({
            "district_code": DISTRICT, "entity_type": "enterprise", "record_id": f"training:learners:{n}", "cluster_id": "training:learners:1",
            "silo": "training", "table_name": "learners", "label": name, "shown": "{}", "reason": "over 50 members", "model_version": "l1",
            "landing_ref": f"training/learners/000001-ab#learners.csv!:{n}", "member_count": 61, "seen_date": None,
        })  # fmt: skip
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

"""Whose record is whose in the small warehouse: links, conflicts, cases for review, and what landed rows were used for."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal as D

from tests.unit.warehouse_world import BATCH, DISTRICT, FIRMS, TOWNS, Rows


def uses(t: Rows) -> None:
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


def linkage(t: Rows) -> None:
    """Add the firms as they were linked, a conflict, a pair that waits for a person and a cluster that was stopped."""
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

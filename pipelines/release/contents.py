"""What a release holds: the marts with their grain, the method they were made by, and what is left out."""

from __future__ import annotations

# What people read, by name and grain. ORDER BY the grain, then every other column, fixes the bytes.
MARTS: dict[str, tuple[str, ...]] = {
    "town_quarter_scores": ("district_code", "period", "town_id"),
    "town_dimension_scores": ("district_code", "period", "town_id", "node_code"),
    "town_indicator_scores": ("district_code", "period", "town_id", "indicator_code"),
    "indicator_evidence": ("district_code", "period", "system", "indicator_code", "unit_id", "entity_id"),
    "certification_gaps": ("district_code", "period", "unit_id", "rule_id"),
    "certification_gap_people": ("district_code", "period", "unit_id", "rule_id", "person_id"),
    "enterprise_quarter_ratings": ("district_code", "period", "enterprise_id"),
    "enterprise_item_scores": ("district_code", "period", "enterprise_id", "item_code"),
    "silo_conservation": ("district_code", "silo", "table_name"),
    "quarantine_rows": ("district_code", "silo", "table_name", "batch", "landing_ref", "rule", "column_name"),
    "door_checks": ("district_code", "silo", "table_name", "batch", "rule"),
    "silo_freshness": ("district_code", "silo", "table_name", "period"),
    "silo_row_signals": ("district_code", "silo", "table_name", "signal_code", "seen_quarter"),
    "district_overview": ("district_code", "period"),
    "department_quarter_scores": ("district_code", "period", "department"),
    "department_indicator_scores": ("district_code", "period", "department", "indicator_code"),
    "department_data_barriers": ("district_code", "period", "department"),
    "town_rank_intervals": ("district_code", "period", "town_id"),
    "town_rank_drivers": ("district_code", "period", "town_id", "factor_kind", "node_code"),
    "town_second_opinions": ("district_code", "period", "opinion_code", "town_id"),
    "second_opinions": ("district_code", "period", "opinion_code"),
    "second_opinion_weights": ("district_code", "period", "opinion_code", "indicator_code"),
    "department_rank_intervals": ("district_code", "period", "department"),
    "department_rank_drivers": ("district_code", "period", "department", "factor_kind", "node_code"),
    "silo_hazard_reports": ("district_code", "period", "silo"),
    "hazard_loops": ("district_code", "hazard_id"),
    "hazard_clocks": ("district_code", "hazard_id", "stage_code", "round_number"),
    "hazard_stage_quarters": ("district_code", "period", "town_id", "department", "stage_code", "grade_code"),
    "hazard_escalations": ("district_code", "hazard_id", "escalation_code", "stage_code", "round_number"),
    "hazard_refused_events": ("district_code", "hazard_event_id"),
    "hazard_list_checks": ("district_code", "hazard_no", "list_code"),
    "major_hazard_earlies": ("district_code", "record_no"),
    "case_clocks": ("district_code", "case_no", "stage_code"),
    "audit_cases": ("district_code", "case_id"),
    "audit_test_quarters": ("district_code", "test_code", "period", "town_id"),
    "crosswalk_coverage": ("district_code", "silo", "list_code"),
    "feed_reference_systems": ("district_code", "silo", "table_name", "point_name", "period"),
    "place_findings": ("district_code", "finding_kind", "finding_id"),
    "town_rescue_circles": ("district_code", "period", "scenario_code", "event_code", "town_id"),
    "team_rescue_circles": ("district_code", "period", "scenario_code", "event_code", "facility_id"),
    "candidate_sites": ("district_code", "period", "scenario_code", "event_code", "site_rank"),
    "rescue_roads": ("district_code", "period", "scenario_code", "segment_no"),
    "rescue_places": ("district_code", "place_id"),
    "rescue_isochrones": ("district_code", "period", "scenario_code", "event_code", "minutes"),
    "town_supply_cover": ("district_code", "period", "town_id", "article_code"),
    "plan_cover": ("district_code", "period", "division_id", "event_type_code"),
    "village_plan_covers": ("district_code", "period", "town_id"),
    "drill_outcomes": ("district_code", "period", "event_type_code"),
    "civil_team_kinds": ("district_code", "period", "town_id", "specialty_word"),
    "social_forces": ("district_code", "period", "town_id"),
    "station_trainings": ("district_code", "period", "town_id"),
    "indicator_gaps": ("district_code", "period", "indicator_code"),
    "recommendation_items": ("district_code", "period", "recommendation_no"),
    "recommendation_measures": ("district_code", "period", "feature_no", "system", "indicator_code"),
    "congress_recommendations": ("district_code", "period", "feature_no"),
    "review_cases": ("district_code", "entity_type", "left_id", "right_id"),
    "stopped_records": ("district_code", "entity_type", "record_id"),
    "enterprises": ("district_code", "enterprise_id"),
    "enterprise_records": ("district_code", "record_id"),
    "enterprise_names": ("district_code", "enterprise_id", "firm_name_key"),
    "attribute_conflicts": ("district_code", "entity_type", "entity_id", "attribute_code", "loser_silo"),
    "landed_row_uses": ("district_code", "core_model", "landed_part", "row_number", "core_id"),
    "withheld_points": ("district_code", "period", "unit_type", "unit_id", "indicator_code", "silo", "table_name"),
}
# The rules a release was made by travel with it: in ten years the reader needs no repository.
REFERENCES = (
    "method_town_indicators",
    "method_cert_rules",
    "method_enterprise_items",
    "method_enterprise_industries",
    "method_hazard_sla",
    "method_grades",
    "method_department_indicators",
    "method_department_scope",
    "dim_departments",
    "dim_towns",
    "dim_periods",
)
# Taken along where the warehouse has them.
OPTIONAL = ("ref_towns",)
# Hours of the machine, not facts of the quarter: they would make the bytes differ from run to run.
CLOCK_COLUMNS = frozenset({"pulled_at", "last_pulled_at", "loaded_at", "dbt_updated_at"})

# Numbers that rise row by row: kept as steps, a fifth of a byte each, where a dictionary would hold every number.
RISING = frozenset({"row_number"})
# Codes that stand row by row as they were given: kept as what they do not share with the one before.
ALIKE = frozenset({"core_id"})

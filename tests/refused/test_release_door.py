"""One bad release per rule of the release door: that rule fails, names the rows, and nothing is released."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from pipelines import release, release_door
from pipelines.errors import AnlanError
from pipelines.settings import Settings
from tests.unit.make_warehouse import build

MAAN = "town_id = '330603011000' and period = '2026Q3'"
FIRM = "enterprise_id = 'E91330603MA2BK00011' and period = '2026Q3'"


def change(column: str, value: str, where: str = "true") -> str:
    return f"select * replace (case when {where} then {value} else {column} end as {column}) from t"


def doubled(where: str) -> str:
    return f"from t union all from t where {where}"


# rule: (the frozen table that is spoilt, how). A table other than the rule's own is named where the rule compares two.
SPOILT: dict[str, tuple[str, str]] = {
    "town_quarter_scores.town_id.every_town_has_a_row": ("town_quarter_scores", f"from t where not ({MAAN})"),
    "town_quarter_scores.town_id.grain": ("town_quarter_scores", doubled(MAAN)),
    "town_quarter_scores.score_status.known": ("town_quarter_scores", change("score_status", "'good'", MAAN)),
    "town_quarter_scores.final_score.in_0_100": ("town_quarter_scores", change("final_score", "100.01", MAAN)),
    "town_quarter_scores.final_score.present_when_rated": ("town_quarter_scores", change("final_score", "null", MAAN)),
    "town_quarter_scores.final_score.is_base_plus_adjustments": ("town_quarter_scores", change("final_score", "final_score + 0.01", MAAN)),
    "town_quarter_scores.points_lost.add_up": ("town_indicator_scores", change("points_lost", "points_lost + 0.02", f"{MAAN} and indicator_code = 'C301'")),
    "town_quarter_scores.grade.known": ("town_quarter_scores", change("grade", "'E'", MAAN)),
    "town_quarter_scores.grade.present_when_rated": ("town_quarter_scores", change("grade", "null", MAAN)),
    "town_quarter_scores.rank_overall.absent_when_not_rated": ("town_quarter_scores", change("score_status", "'not_rated'", MAAN)),
    "town_quarter_scores.grade.absent_when_not_rated": ("town_quarter_scores", change("score_status", "'not_rated'", MAAN)),
    "town_quarter_scores.rank_overall.follows_score": ("town_quarter_scores", change("rank_overall", "rank_overall + 1", MAAN)),
    "town_quarter_scores.rank_cohort.follows_score": ("town_quarter_scores", change("rank_cohort", "rank_cohort + 1", MAAN)),
    "town_quarter_scores.upper_score.not_below_lower": ("town_quarter_scores", change("lower_score", "upper_score + 1", MAAN)),
    "town_quarter_scores.final_score.not_below_lower": ("town_quarter_scores", change("lower_score", "final_score + 0.01", MAAN)),
    "town_quarter_scores.upper_score.not_below_final": ("town_quarter_scores", change("upper_score", "final_score - 0.01", MAAN)),
    "town_quarter_scores.coverage_share.in_0_1": ("town_quarter_scores", change("coverage_share", "1.0001", MAAN)),
    "town_quarter_scores.coverage_share.rated_needs_floor": ("town_quarter_scores", change("coverage_share", "0.6999", MAAN)),
    "town_quarter_scores.bonus_points.capped": ("town_quarter_scores", change("bonus_points", "5.01", MAAN)),
    "town_quarter_scores.deduction_points.capped": ("town_quarter_scores", change("deduction_points", "5.01", MAAN)),
    "town_dimension_scores.node_code.grain": ("town_dimension_scores", doubled(f"{MAAN} and node_code = 'C2'")),
    "town_dimension_scores.score.in_0_100": ("town_dimension_scores", change("score", "-0.000001", f"{MAAN} and node_code = 'C2'")),
    "town_dimension_scores.weight_share.level_sums_to_one": ("town_dimension_scores", change("weight_share", "weight_share + 0.00001", f"{MAAN} and node_code = 'C2'")),
    "town_indicator_scores.indicator_code.grain": ("town_indicator_scores", doubled(f"{MAAN} and indicator_code = 'C301'")),
    "town_indicator_scores.indicator_code.spine_is_complete": ("town_indicator_scores", f"from t where not ({MAAN} and indicator_code = 'F101')"),
    "town_indicator_scores.cell_status.known": ("town_indicator_scores", change("cell_status", "'missing'", f"{MAAN} and indicator_code = 'F101'")),
    "town_indicator_scores.score.present_when_observed": ("town_indicator_scores", change("score", "null", f"{MAAN} and indicator_code = 'C301'")),
    "town_indicator_scores.value.present_when_observed": ("town_indicator_scores", change("value", "null", f"{MAAN} and indicator_code = 'C301'")),
    "town_indicator_scores.score.absent_when_not_due": ("town_indicator_scores", change("score", "1", f"{MAAN} and indicator_code = 'F101'")),
    "town_indicator_scores.score.in_0_100": ("town_indicator_scores", change("score", "100.5", f"{MAAN} and indicator_code = 'C204'")),
    "town_indicator_scores.weight_share.sums_to_one": ("town_indicator_scores", change("weight_share", "weight_share + 0.00001", f"{MAAN} and indicator_code = 'C204'")),
    "town_indicator_scores.points_lost.is_weight_times_lost_score": ("town_indicator_scores", change("points_lost", "points_lost + 0.0001", f"{MAAN} and indicator_code = 'C301'")),
    "town_indicator_scores.evidence_count.equals_evidence_rows": ("indicator_evidence", "from t where entity_id <> 'C301-2026Q3-2000'"),
    "town_indicator_scores.evidence_count.observed_has_evidence": ("town_indicator_scores", change("evidence_count", "0", f"{MAAN} and indicator_code = 'C301'")),
    "indicator_evidence.landing_ref.present": ("indicator_evidence", change("landing_ref", "null", "entity_id = 'C301-2026Q3-2039'")),
    "indicator_evidence.landing_ref.batch_is_an_input": ("indicator_evidence", change("landing_ref", "replace(landing_ref, '9f3c2ab1', '00000000')", "entity_id = 'C301-2026Q3-2000'")),
    "indicator_evidence.entity_id.present": ("indicator_evidence", change("entity_id", "null", "entity_id = 'C301-2026Q3-2000'")),
    "indicator_evidence.entity_id.no_identity_number": ("indicator_evidence", change("entity_id", "'330621199001011234'", "entity_type = 'person' and indicator_code = 'ST-02'")),
    "indicator_evidence.district_code.one_district": ("indicator_evidence", change("district_code", "'330602'", "entity_id = 'C301-2026Q3-2000'")),
    "certification_gaps.rule_id.grain": ("certification_gaps", doubled(f"{MAAN} and rule_id = 'ST-02'")),
    "certification_gaps.rule_id.every_station_has_a_row": ("certification_gaps", f"from t where not ({MAAN} and rule_id = 'ST-02')"),
    "certification_gaps.gap_status.known": ("certification_gaps", change("gap_status", "'ok'", f"{MAAN} and rule_id = 'ST-02'")),
    "certification_gaps.gap_count.is_required_minus_valid": ("certification_gaps", change("required_count", "9", f"{MAAN} and rule_id = 'ST-02'")),
    "certification_gaps.gap_count.short_has_gap": ("certification_gaps", change("gap_count", "0", f"{MAAN} and rule_id = 'ST-02'")),
    "certification_gaps.gap_count.met_has_none": ("certification_gaps", change("gap_status", "'met'", f"{MAAN} and rule_id = 'ST-02'")),
    "certification_gaps.reason_code.present_when_short": ("certification_gaps", change("reason_code", "null", f"{MAAN} and rule_id = 'ST-02'")),
    "certification_gaps.valid_count.equals_people_who_count": ("certification_gap_people", change("counts", "true", f"{MAAN} and rule_id = 'ST-02'")),
    "certification_gap_people.person_name_mask.is_masked": ("certification_gap_people", change("person_name_mask", "'王小芳'", MAAN)),
    "certification_gap_people.cert_no_mask.is_masked": ("certification_gap_people", change("cert_no_mask", "'33060199'", MAAN)),
    "certification_gap_people.all_text.no_identity_number": ("certification_gap_people", change("fix_zh", "'换证 330621199001011234'", MAAN)),
    "certification_gap_people.all_text.no_phone": ("certification_gap_people", change("fix_en", "'call 13812345678'", MAAN)),
    "certification_gap_people.cert_status.known": ("certification_gap_people", change("cert_status", "'fine'", MAAN)),
    "certification_gap_people.fix_code.known": ("certification_gap_people", change("fix_code", "'pray'", MAAN)),
    "certification_gap_people.landing_ref.present": ("certification_gap_people", change("landing_ref", "null", MAAN)),
    "enterprise_quarter_ratings.enterprise_id.grain": ("enterprise_quarter_ratings", doubled(FIRM)),
    "enterprise_quarter_ratings.rating_status.known": ("enterprise_quarter_ratings", change("rating_status", "'good'", FIRM)),
    "enterprise_quarter_ratings.grade.known": ("enterprise_quarter_ratings", change("grade", "'S'", FIRM)),
    "enterprise_quarter_ratings.grade.present_when_rated": ("enterprise_quarter_ratings", change("grade", "null", FIRM)),
    "enterprise_quarter_ratings.grade.absent_when_not_rated": ("enterprise_quarter_ratings", change("rating_status", "'not_rated'", FIRM)),
    "enterprise_quarter_ratings.final_score.in_0_100": ("enterprise_quarter_ratings", change("final_score", "100.01", FIRM)),
    "enterprise_quarter_ratings.final_score.is_base_plus_bonus": ("enterprise_quarter_ratings", change("final_score", "final_score + 0.01", FIRM)),
    "enterprise_quarter_ratings.base_score.follows_items": ("enterprise_item_scores", change("earned_points", "earned_points - 1", f"{FIRM} and item_code = 'E503'")),
    "enterprise_quarter_ratings.coverage_share.rated_needs_floor": ("enterprise_quarter_ratings", change("coverage_share", "0.5999", FIRM)),
    "enterprise_item_scores.item_code.grain": ("enterprise_item_scores", doubled(f"{FIRM} and item_code = 'E503'")),
    "enterprise_item_scores.item_status.known": ("enterprise_item_scores", change("item_status", "'gone'", f"{FIRM} and item_code = 'E801'")),
    "enterprise_item_scores.earned_points.in_range": ("enterprise_item_scores", change("earned_points", "-1", f"{FIRM} and item_code = 'E503'")),
    "enterprise_item_scores.lost_points.add_up": ("enterprise_item_scores", change("lost_points", "lost_points + 1", f"{FIRM} and item_code = 'E503'")),
    "enterprise_item_scores.reason_code.present_when_lost": ("enterprise_item_scores", change("reason_zh", "''", f"{FIRM} and item_code = 'E503'")),
    "enterprise_item_scores.multiplier.positive": ("enterprise_item_scores", change("multiplier", "0", f"{FIRM} and item_code = 'E503'")),
    "silo_conservation.table_name.grain": ("silo_conservation", doubled("true")),
    "silo_conservation.landed.is_accepted_plus_rejected_plus_duplicate": ("silo_conservation", change("landed", "landed + 1")),
    "silo_conservation.is_conserved.true": ("silo_conservation", change("is_conserved", "false")),
    "silo_conservation.rejected.all_in_quarantine": ("quarantine_rows", "from t where landing_ref not like '%:9000'"),
    "silo_conservation.is_late.false": ("silo_conservation", change("is_late", "true")),
    "quarantine_rows.reason.present": ("quarantine_rows", change("reason_en", "null")),
    "quarantine_rows.advice.present": ("quarantine_rows", change("advice_zh", "null")),
    "quarantine_rows.landing_ref.present": ("quarantine_rows", change("landing_ref", "null")),
    "quarantine_rows.raw_value.no_identity_number_or_phone": ("quarantine_rows", change("raw_value", "'13812345678'")),
    "door_checks.failed.not_above_checked": ("door_checks", change("failed", "checked + 1")),
    "door_checks.failed.not_negative": ("door_checks", change("failed", "-1")),
    "silo_freshness.table_name.grain": ("silo_freshness", doubled("table_name = 'hazards'")),
    "silo_freshness.freshness_status.known": ("silo_freshness", change("freshness_status", "'stale'", "table_name = 'hazards'")),
    "silo_freshness.late_days.from_due_to_verdict": ("silo_freshness", change("late_days", "9", "table_name = 'inspections'")),
    "silo_freshness.freshness_status.late_where_days_are_late": ("silo_freshness", change("freshness_status", "'fresh'", "table_name = 'inspections'")),
    "silo_row_signals.signal_code.grain": ("silo_row_signals", doubled("true")),
    "silo_row_signals.row_count.positive": ("silo_row_signals", change("row_count", "0")),
    "silo_row_signals.sample_ref.of_this_table": ("silo_row_signals", change("sample_ref", "'police/incidents/x#a!:1'")),
    "review_cases.right_id.grain": ("review_cases", doubled("true")),
    "review_cases.left_id.before_right": ("review_cases", change("left_id", "'zzz'")),
    "review_cases.left_shown.people_masked": ("review_cases", "select * replace ('person' as entity_type, '{\"phone\": \"13812345678\"}' as left_shown) from t"),
    "stopped_records.record_id.grain": ("stopped_records", doubled("true")),
    "stopped_records.shown.people_masked": ("stopped_records", change("shown", "'{\"phone\": \"13812345678\"}'")),
    "enterprises.enterprise_id.grain": ("enterprises", doubled("true")),
    "enterprises.uscc.is_of_the_id": ("enterprises", change("uscc", "'91330603MA2BK00038'")),
    "enterprise_records.record_id.grain": ("enterprise_records", doubled("record_id like '%1'")),
    "enterprise_records.enterprise_id.known": ("enterprise_records", change("enterprise_id", "'E-nobody'", "record_id like '%1'")),
    "enterprise_names.firm_name_key.grain": ("enterprise_names", doubled("true")),
    "attribute_conflicts.loser_silo.grain": ("attribute_conflicts", doubled("true")),
    "attribute_conflicts.charged_silo.only_by_a_ruling": ("attribute_conflicts", change("charged_silo", "'firms'")),
    "attribute_conflicts.loser_value.people_masked": ("attribute_conflicts", "select * replace ('person' as entity_type, '张** 13812345678' as loser_value) from t"),
    "district_overview.period.grain": ("district_overview", doubled("period = '2026Q3'")),
    "district_overview.period.this_quarter_is_there": ("district_overview", "from t where period <> '2026Q3'"),
    "district_overview.towns_rated.equals_scores": ("district_overview", change("towns_rated", "towns_rated + 1")),
    "district_overview.towns_not_rated.equals_scores": ("district_overview", change("towns_not_rated", "towns_not_rated + 1")),
    "district_overview.mean_score.equals_scores": ("district_overview", change("mean_score", "mean_score + 0.02")),
    "department_quarter_scores.department.every_department_has_a_row": ("department_quarter_scores", "from t where period <> '2026Q3'"),
    "department_quarter_scores.department.grain": ("department_quarter_scores", doubled("true")),
    "department_quarter_scores.score_status.known": ("department_quarter_scores", change("score_status", "'good'")),
    "department_quarter_scores.final_score.in_0_100": ("department_quarter_scores", change("final_score", "100.01")),
    "department_quarter_scores.final_score.present_when_rated": ("department_quarter_scores", change("final_score", "null")),
    "department_quarter_scores.final_score.is_base_plus_adjustments": ("department_quarter_scores", change("final_score", "final_score + 0.01")),
    "department_quarter_scores.points_lost.add_up": ("department_indicator_scores", change("points_lost", "points_lost + 0.02", "indicator_code = 'DA01'")),
    "department_quarter_scores.grade.known": ("department_quarter_scores", change("grade", "'E'")),
    "department_quarter_scores.grade.present_when_rated": ("department_quarter_scores", change("grade", "null")),
    "department_quarter_scores.rank_in_group.absent_when_not_rated": ("department_quarter_scores", change("score_status", "'not_rated'")),
    "department_quarter_scores.grade.absent_when_not_rated": ("department_quarter_scores", change("score_status", "'not_rated'")),
    "department_quarter_scores.rank_in_group.follows_score": ("department_quarter_scores", change("rank_in_group", "rank_in_group + 1")),
    "department_quarter_scores.upper_score.not_below_lower": ("department_quarter_scores", change("lower_score", "upper_score + 1")),
    "department_quarter_scores.final_score.not_below_lower": ("department_quarter_scores", change("lower_score", "final_score + 0.01")),
    "department_quarter_scores.upper_score.not_below_final": ("department_quarter_scores", change("upper_score", "final_score - 0.01")),
    "department_quarter_scores.coverage_share.in_0_1": ("department_quarter_scores", change("coverage_share", "1.0001")),
    "department_quarter_scores.coverage_share.rated_needs_floor": ("department_quarter_scores", change("coverage_share", "0.6999")),
    "department_quarter_scores.bonus_points.capped": ("department_quarter_scores", change("bonus_points", "5.01")),
    "department_quarter_scores.deduction_points.capped": ("department_quarter_scores", change("deduction_points", "5.01")),
    "department_indicator_scores.indicator_code.grain": ("department_indicator_scores", doubled("indicator_code = 'DA01'")),
    "department_indicator_scores.cell_status.known": ("department_indicator_scores", change("cell_status", "'fine'", "indicator_code = 'DA09'")),
    "department_indicator_scores.score.in_range": ("department_indicator_scores", change("score", "100.5", "indicator_code = 'DA01'")),
    "department_indicator_scores.value.fits_status": ("department_indicator_scores", change("value", "null", "indicator_code = 'DA01'")),
    "department_data_barriers.department.grain": ("department_data_barriers", doubled("true")),
    "department_data_barriers.index_score.in_range": ("department_data_barriers", change("index_score", "100.5")),
    "department_data_barriers.index_status.known": ("department_data_barriers", change("index_status", "'fine'")),
    "department_data_barriers.delivered_count.parts_fit": ("department_data_barriers", change("delivered_count", "table_count + 1")),
    "silo_hazard_reports.silo.grain": ("silo_hazard_reports", doubled("true")),
    "silo_hazard_reports.hazard_count.parts_fit": ("silo_hazard_reports", change("shared_count", "hazard_count + 1")),
    "crosswalk_coverage.list_code.grain": ("crosswalk_coverage", doubled("true")),
    "crosswalk_coverage.known_row_count.parts_fit": ("crosswalk_coverage", change("unofficial_row_count", "known_row_count + 1")),
    "crosswalk_coverage.unknown_word_count.fits_rows": ("crosswalk_coverage", change("unknown_word_count", "0")),
    "crosswalk_coverage.coverage_share.in_range": ("crosswalk_coverage", change("coverage_share", "1.5")),
    "feed_reference_systems.period.grain": ("feed_reference_systems", doubled("true")),
    "feed_reference_systems.verdict.known": ("feed_reference_systems", change("verdict", "'fine'")),
    "feed_reference_systems.read_count.parts_fit": ("feed_reference_systems", change("near_count", "anchor_count + 1")),
    "feed_reference_systems.detected_crs.fits_verdict": ("feed_reference_systems", change("declared_crs", "detected_crs")),
    "place_findings.finding_id.grain": ("place_findings", doubled("true")),
    "place_findings.reason.present": ("place_findings", change("advice_en", "null")),
    "hazard_loops.hazard_id.grain": ("hazard_loops", doubled("true")),
    "hazard_loops.met_count.parts_fit": ("hazard_loops", change("late_count", "clock_count + 1")),
    "hazard_clocks.round_number.grain": ("hazard_clocks", doubled("true")),
    "hazard_clocks.clock_status.as_times_say": ("hazard_clocks", change("clock_status", "'met'", "clock_status = 'late'")),
    "hazard_stage_quarters.grade_code.grain": ("hazard_stage_quarters", doubled("true")),
    "hazard_stage_quarters.due_count.parts_fit": ("hazard_stage_quarters", change("met_count", "met_count + 1")),
    "hazard_escalations.round_number.grain": ("hazard_escalations", doubled("true")),
    "hazard_escalations.escalated_at.told": ("hazard_escalations", change("escalated_at", "null")),
    "hazard_refused_events.hazard_event_id.grain": ("hazard_refused_events", doubled("true")),
    "hazard_refused_events.reason_zh.present": ("hazard_refused_events", change("reason_zh", "null")),
    "hazard_list_checks.list_code.grain": ("hazard_list_checks", doubled("true")),
    "hazard_list_checks.list_status.as_listed": ("hazard_list_checks", change("is_listed", "not is_listed")),
    "major_hazard_earlies.record_no.grain": ("major_hazard_earlies", doubled("true")),
    "major_hazard_earlies.report_status.as_times_say": ("major_hazard_earlies", change("reported_at", "null")),
    "audit_cases.case_id.grain": ("audit_cases", doubled("true")),
    "audit_cases.landing_ref.evidence_present": ("audit_cases", change("landing_ref", "null")),
    "audit_test_quarters.town_id.grain": ("audit_test_quarters", doubled("true")),
    "audit_test_quarters.case_count.is_the_cases": ("audit_test_quarters", change("case_count", "case_count + 1")),
    "case_clocks.stage_code.grain": ("case_clocks", doubled("true")),
    "case_clocks.clock_status.as_times_say": ("case_clocks", change("clock_status", "'met'")),
    "town_rescue_circles.town_id.grain": ("town_rescue_circles", doubled("true")),
    "town_rescue_circles.covered_count.parts_fit": ("town_rescue_circles", change("covered_count", "covered_count + 1")),
    "team_rescue_circles.facility_id.grain": ("team_rescue_circles", doubled("true")),
    "team_rescue_circles.only_resident_count.parts_fit": ("team_rescue_circles", change("move_lon", "null")),
    "candidate_sites.site_rank.grain": ("candidate_sites", doubled("true")),
    "candidate_sites.further_count.parts_fit": ("candidate_sites", change("further_count", "alone_count + 1")),
    "rescue_isochrones.minutes.grain": ("rescue_isochrones", doubled("true")),
    "rescue_isochrones.geojson.is_polygons": ("rescue_isochrones", change("geojson", "'{}'")),
    "rescue_roads.segment_no.grain": ("rescue_roads", doubled("true")),
    "rescue_roads.speed_kmh.is_of_an_open_road": ("rescue_roads", change("is_usable", "false")),
    "rescue_places.place_id.grain": ("rescue_places", doubled("true")),
    "rescue_places.lon.lies_in_the_country": ("rescue_places", change("lon", "lat", "true")),
    "town_supply_cover.article_code.grain": ("town_supply_cover", doubled("true")),
    "town_supply_cover.cover_status.fits_quantities": ("town_supply_cover", change("held_quantity", "norm_quantity")),
    "town_supply_cover.far_quantity.bands_grow": ("town_supply_cover", change("near_quantity", "far_quantity + 1")),
    "plan_cover.event_type_code.grain": ("plan_cover", doubled("true")),
    "plan_cover.plan_status.fits_plan": ("plan_cover", change("plan_status", "'missing'")),
    "village_plan_covers.town_id.grain": ("village_plan_covers", doubled("true")),
    "village_plan_covers.plan_count.parts_fit": ("village_plan_covers", change("one_page_count", "village_count + 1")),
    "drill_outcomes.event_type_code.grain": ("drill_outcomes", doubled("true")),
    "drill_outcomes.held_count.parts_fit": ("drill_outcomes", change("held_count", "planned_count + 1")),
    "civil_team_kinds.specialty_word.grain": ("civil_team_kinds", doubled("true")),
    "civil_team_kinds.graded_count.parts_fit": ("civil_team_kinds", change("in_order_count", "team_count + 1")),
    "social_forces.town_id.grain": ("social_forces", doubled("true")),
    "social_forces.joined_count.parts_fit": ("social_forces", change("joined_count", "incident_count + 1")),
    "station_trainings.town_id.grain": ("station_trainings", doubled("true")),
    "station_trainings.rotation_trained_count.parts_fit": ("station_trainings", change("rotation_done_count", "rotation_plan_count + 1")),
    "indicator_gaps.indicator_code.grain": ("indicator_gaps", doubled("true")),
    "indicator_gaps.indicator_code.every_indicator_has_a_row": ("indicator_gaps", "from t where indicator_code <> 'C301'"),
    "indicator_gaps.best_score.is_of_the_towns": ("town_indicator_scores", change("published_score", "100.00", f"{MAAN} and indicator_code = 'C301'")),
    "indicator_gaps.score_gap.parts_fit": ("indicator_gaps", change("trend_code", "'closing'")),
    "town_rank_intervals.town_id.every_unit_has_a_row": ("town_rank_intervals", "from t where false"),
    "town_rank_intervals.town_id.grain": ("town_rank_intervals", doubled("true")),
    "town_rank_intervals.rank_overall.as_published": ("town_rank_intervals", change("rank_overall", "rank_overall + 1")),
    "town_rank_intervals.rank_best.parts_fit": ("town_rank_intervals", change("rank_best", "rank_worst + 1")),
    "town_rank_intervals.grade_a_share.shares_fit": ("town_rank_intervals", change("grade_a_share", "grade_a_share + 0.001")),
    "town_rank_drivers.node_code.grain": ("town_rank_drivers", doubled("true")),
    "town_rank_drivers.factor_kind.known": ("town_rank_drivers", change("node_name_en", "null", "factor_kind = 'weights'")),
    "town_rank_drivers.total_share.in_order": ("town_rank_drivers", change("driver_rank", "3 - driver_rank")),
    "department_rank_intervals.department.every_unit_has_a_row": ("department_rank_intervals", "from t where false"),
    "department_rank_intervals.department.grain": ("department_rank_intervals", doubled("true")),
    "department_rank_intervals.rank_in_group.as_published": ("department_rank_intervals", change("rank_in_group", "rank_in_group + 1")),
    "department_rank_intervals.rank_best.parts_fit": ("department_rank_intervals", change("rank_best", "rank_worst + 1")),
    "department_rank_intervals.grade_a_share.shares_fit": ("department_rank_intervals", change("grade_a_share", "grade_a_share + 0.001")),
    "department_rank_drivers.node_code.grain": ("department_rank_drivers", doubled("true")),
    "department_rank_drivers.factor_kind.known": ("department_rank_drivers", change("node_name_en", "null", "factor_kind = 'weights'")),
    "department_rank_drivers.total_share.in_order": ("department_rank_drivers", change("driver_rank", "3 - driver_rank")),
    "recommendation_items.recommendation_no.grain": ("recommendation_items", doubled("true")),
    "recommendation_items.item_status.fits_dates": ("recommendation_items", change("overdue_days", "0")),
    "recommendation_measures.indicator_code.grain": ("recommendation_measures", doubled("true")),
    "recommendation_measures.progress_score.is_mean_of_scores": ("recommendation_measures", change("progress_score", "progress_score + 1")),
    "congress_recommendations.feature_no.grain": ("congress_recommendations", doubled("true")),
    "congress_recommendations.progress_score.is_mean_of_measures": ("congress_recommendations", change("progress_score", "progress_score + 1")),
    "congress_recommendations.item_count.parts_fit": ("congress_recommendations", change("overdue_count", "overdue_count + 1")),
    "town_second_opinions.town_id.grain": ("town_second_opinions", doubled("true")),
    "town_second_opinions.opinion_rank.follows_preference": ("town_second_opinions", change("opinion_rank", "opinion_rank + 1")),
    "second_opinions.opinion_code.grain": ("second_opinions", doubled("true")),
    "second_opinions.kendall_tau.parts_fit": ("second_opinions", change("kendall_tau", "1.000001")),
    "second_opinion_weights.indicator_code.grain": ("second_opinion_weights", doubled("true")),
    "second_opinion_weights.weight_share.sums_to_one": ("second_opinion_weights", change("weight_share", "weight_share + 0.00001")),
    "landed_row_uses.core_id.grain": ("landed_row_uses", doubled("true")),
    "landed_row_uses.landed_part.opens": ("landed_row_uses", change("landed_part", "'somewhere'", "row_number = 7")),
    "landed_row_uses.core_id.people_masked": ("landed_row_uses", change("core_id", "'330603199001011234'", "row_number = 7")),
    "withheld_points.table_name.grain": ("withheld_points", doubled("true")),
    "withheld_points.withheld_points.in_range": ("withheld_points", change("withheld_points", "100.5")),
    "withheld_points.delivery_status.is_missing": ("withheld_points", change("delivery_status", "'delivered'")),
    **{f"district_overview.grade_{g}.equals_ratings": ("district_overview", change(f"grade_{g}", f"grade_{g} + 1")) for g in ("a", "b", "c", "d", "none")},
}  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("door")).home


@pytest.fixture(scope="module")
def frozen(home: Path) -> Path:
    with pytest.MonkeyPatch.context() as m:
        m.setattr(release_door, "check_folder", lambda *a, **k: [])
        return release.freeze(Settings(home), "2026Q3").path


def _spoil(frozen: Path, target: Path, table: str, sql: str) -> Path:
    shutil.copytree(frozen, target)
    path = target / "tables" / f"{table}.parquet"
    rows = duckdb.sql(f"with t as (from read_parquet('{path}')) {sql}").to_arrow_table()
    path.chmod(0o644)
    pq.write_table(rows, path)
    return target


def test_a_sound_release_passes_every_rule(frozen: Path) -> None:
    checks = release_door.check_folder(frozen, "2026Q3", "2026Q2")
    assert [c.rule for c in checks if c.is_failed] == []
    assert all(c.checked for c in checks)


def test_every_rule_is_seen_to_fail() -> None:
    rules = {x["meta"]["rule"] for s in release_door.suites().values() for x in s["expectations"]}
    assert rules == set(SPOILT)
    assert set(release_door.suites()) == set(release.MARTS)


@pytest.mark.parametrize("rule", sorted(SPOILT))
def test_one_bad_input_fails_its_rule(frozen: Path, tmp_path: Path, rule: str) -> None:
    folder = _spoil(frozen, tmp_path / "bad", *SPOILT[rule])
    checks = {c.rule: c for c in release_door.check_folder(folder, "2026Q3", "2026Q2", marts=[rule.split(".")[0]])}
    assert checks[rule].is_failed
    assert checks[rule].failed > 0
    assert checks[rule].seen


def test_a_refused_release_names_mart_rule_rows_and_remedy_and_leaves_nothing(home: Path, tmp_path: Path) -> None:
    shutil.copytree(home / "warehouse", tmp_path / "warehouse")
    shutil.copytree(home / "landing", tmp_path / "landing")
    settings = Settings(tmp_path)
    with duckdb.connect(str(settings.warehouse_file)) as con:
        con.execute(f"update marts.town_quarter_scores set final_score = 99.99 where {MAAN}")
    with pytest.raises(AnlanError) as caught:
        release.freeze(settings, "2026Q3")
    for word in (
        "town_quarter_scores",
        "final_score.is_base_plus_adjustments",
        "330603011000",
        "nothing was released",
        "Do:",
    ):
        assert word in str(caught.value)
    assert release.names(settings) == []


def test_a_warning_does_not_stop_a_release_but_travels_with_it(home: Path, tmp_path: Path) -> None:
    shutil.copytree(home / "warehouse", tmp_path / "warehouse")
    shutil.copytree(home / "landing", tmp_path / "landing")
    settings = Settings(tmp_path)
    with duckdb.connect(str(settings.warehouse_file)) as con:
        con.execute("update marts.silo_conservation set is_late = true")
    made = release.freeze(settings, "2026Q3")
    with release.open_release(settings, made.release) as opened:
        assert opened.rows("select rule, severity from input_release_checks where is_failed") == [
            {"rule": "silo_conservation.is_late.false", "severity": "warning"}
        ]
    assert opened.manifest["checks"]["failed_other"] == 1


def test_a_rule_that_cannot_run_has_failed(frozen: Path, tmp_path: Path) -> None:
    suite = release_door.suites()["door_checks"]
    suite["expectations"][1]["kwargs"]["column"] = "no_such_column"
    (tmp_path / "door_checks.json").write_text(json.dumps(suite), encoding="utf-8")
    checks = release_door.check_folder(frozen, "2026Q3", "2026Q2", suites_folder=tmp_path)
    assert [c.is_failed for c in checks] == [False, True]
    suite["meta"]["frame"] = "select nothing from nowhere"
    (tmp_path / "door_checks.json").write_text(json.dumps(suite), encoding="utf-8")
    assert all(c.is_failed for c in release_door.check_folder(frozen, "2026Q3", "2026Q2", suites_folder=tmp_path))


def test_bounds_are_arguments(frozen: Path) -> None:
    checks = release_door.check_folder(
        frozen, "2026Q3", "2026Q2", bounds={"adjustment_cap": 0}, marts=["town_quarter_scores"]
    )
    assert [c.rule for c in checks if c.is_failed] == ["town_quarter_scores.bonus_points.capped"]


def test_a_suite_without_its_words_is_named(tmp_path: Path) -> None:
    suite = release_door.suites()["door_checks"]
    del suite["expectations"][0]["meta"]["advice_zh"]
    (tmp_path / "door_checks.json").write_text(json.dumps(suite), encoding="utf-8")
    with pytest.raises(AnlanError, match=r"door_checks\.json\[0\]: no advice_zh"):
        release_door.suites(tmp_path)


def test_no_suite_holds_a_date() -> None:
    for path in release_door.SUITES.glob("*.json"):
        assert "202" not in path.read_text(encoding="utf-8"), path.name

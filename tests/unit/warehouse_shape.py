"""The columns of the tables that a release is made from, as the warehouse has them."""

from __future__ import annotations

K = "district_code varchar, "
INTERVAL = "decided_zh varchar, decided_en varchar, alike_ids varchar, rank_best int, rank_middle int, rank_worst int, rank_missing_zero int, rank_missing_full int, score_low decimal(7,2), score_high decimal(7,2), top_1_share decimal(18,4), top_3_share decimal(18,4), top_5_share decimal(18,4), grade_a_share decimal(18,4), grade_b_share decimal(18,4), grade_c_share decimal(18,4), grade_d_share decimal(18,4), grade_kept_share decimal(18,4), grade_kept_arithmetic_share decimal(18,4), alike_group int, alike_group_size int, draw_count int, draw_seed bigint"
DRIVER = "factor_kind varchar, node_code varchar, node_name_zh varchar, node_name_en varchar, driver_rank int, first_share decimal(9,6), total_share decimal(9,6), run_count int"
DDL = {
    "town_quarter_scores": K + "town_id varchar, period varchar, method_version varchar, town_name_zh varchar, "
    "town_name_en varchar, cohort_code varchar, cohort_name_zh varchar, cohort_name_en varchar, score_status varchar, "
    "grade varchar, veto_codes varchar, base_score decimal(7,2), bonus_points decimal(5,2), "
    "deduction_points decimal(5,2), final_score decimal(7,2), lower_score decimal(7,2), upper_score decimal(7,2), "
    "previous_score decimal(7,2), score_change decimal(7,2), coverage_share decimal(6,4), rank_overall int, "
    "rank_cohort int, cohort_size int, previous_rank int, due_count int, observed_count int",
    "town_rank_intervals": K + "town_id varchar, period varchar, rank_overall int, " + INTERVAL,
    "town_rank_drivers": K + "town_id varchar, period varchar, " + DRIVER,
    "department_rank_intervals": K
    + "department varchar, period varchar, group_code varchar, rank_in_group int, "
    + INTERVAL,
    "department_rank_drivers": K + "department varchar, period varchar, " + DRIVER,
    "town_second_opinions": K
    + "opinion_code varchar, town_id varchar, period varchar, preference decimal(18,9), opinion_rank int, rank_overall int, places_gained int",
    "second_opinions": K
    + "opinion_code varchar, period varchar, kendall_tau decimal(9,6), town_count int, same_rank_count int, most_places int",
    "second_opinion_weights": K
    + "opinion_code varchar, indicator_code varchar, period varchar, l1_code varchar, weight_share decimal(18,9), official_share decimal(18,9)",
    "town_dimension_scores": K + "town_id varchar, period varchar, node_code varchar, parent_code varchar, "
    "node_level int, node_name_zh varchar, node_name_en varchar, weight_share decimal(18,9), score decimal(18,6), "
    "published_score decimal(7,2)",
    "town_indicator_scores": K + "town_id varchar, period varchar, indicator_code varchar, l1_code varchar, "
    "l2_code varchar, name_zh varchar, name_en varchar, unit varchar, direction varchar, aggregation varchar, "
    "cell_status varchar, missing_rule varchar, is_shrunk boolean, numerator decimal(18,6), denominator decimal(18,6), "
    "sample_count bigint, raw_value decimal(18,6), value decimal(18,6), district_value decimal(18,6), "
    "floor_text varchar, target_text varchar, score decimal(18,6), published_score decimal(7,2), "
    "weight_share decimal(18,9), points_lost decimal(18,6), evidence_count bigint, rule_status varchar, "
    "previous_value decimal(18,6), previous_score decimal(18,6)",
    "indicator_evidence": K + "indicator_code varchar, unit_id varchar, period varchar, entity_type varchar, "
    "entity_id varchar, numerator decimal(18,6), denominator decimal(18,6), occurred_at timestamp, "
    "landing_ref varchar, unit_type varchar, system varchar",
    "certification_gaps": K
    + "scope varchar, unit_id varchar, unit_name_zh varchar, unit_name_en varchar, town_id varchar, period varchar, rule_id varchar, post_zh varchar, "
    "requirement_zh varchar, requirement_en varchar, cert_type varchar, counted_zh varchar, counted_en varchar, gap_status varchar, severity varchar, "
    "reason_code varchar, required_count int, valid_count int, gap_count int, held_count int, next_date date, "
    "cheapest_fix_code varchar, cheapest_fix_zh varchar, cheapest_fix_en varchar, rule_status varchar, basis varchar",
    "certification_gap_people": K
    + "scope varchar, unit_id varchar, town_id varchar, period varchar, rule_id varchar, person_id varchar, "
    "person_name_mask varchar, post_zh varchar, cert_type varchar, cert_no_mask varchar, cert_status varchar, "
    "counts boolean, valid_to_date date, next_date date, fix_code varchar, fix_zh varchar, fix_en varchar, "
    "landing_ref varchar",
    "enterprise_quarter_ratings": K + "enterprise_id varchar, period varchar, method_version varchar, "
    "firm_name varchar, uscc varchar, industry_code varchar, industry_zh varchar, industry_en varchar, "
    "town_id varchar, town_name_zh varchar, town_name_en varchar, is_key boolean, staff_count int, "
    "rating_status varchar, grade varchar, veto_codes varchar, bonus_codes varchar, base_score decimal(7,2), bonus_points decimal(5,2), "
    "final_score decimal(7,2), coverage_share decimal(6,4), points_lost_top_reason varchar, previous_grade varchar, "
    "previous_score decimal(7,2)",
    "enterprise_item_scores": K + "enterprise_id varchar, period varchar, item_code varchar, element_zh varchar, "
    "element_en varchar, name_zh varchar, name_en varchar, item_status varchar, max_points decimal(6,2), "
    "multiplier decimal(6,3), numerator decimal(18,6), denominator decimal(18,6), earned_points decimal(8,4), "
    "lost_points decimal(8,4), reason_code varchar, reason_zh varchar, reason_en varchar, silo varchar, "
    "evidence_count bigint, last_occurred_at timestamp, rule_status varchar",
    "silo_conservation": K
    + "silo varchar, table_name varchar, table_name_zh varchar, table_name_en varchar, department varchar, "
    "landed bigint, accepted bigint, rejected bigint, duplicate bigint, unreadable_files bigint, batches bigint, "
    "is_conserved boolean, newest_period_date date, due_date date, is_late boolean, last_pulled_at timestamp",
    "silo_hazard_reports": K
    + "period varchar, silo varchar, report_count bigint, hazard_count bigint, shared_count bigint, "
    "first_count bigint, counted_count bigint",
    "crosswalk_coverage": K + "silo varchar, list_code varchar, list_name_zh varchar, list_name_en varchar, "
    "standard varchar, unknown_words varchar, word_count bigint, unknown_word_count bigint, row_count bigint, "
    "known_row_count bigint, unofficial_row_count bigint, coverage_share decimal(18,6)",
    "feed_reference_systems": K
    + "silo varchar, table_name varchar, point_name varchar, period varchar, department varchar, "
    "table_name_zh varchar, table_name_en varchar, declared_crs varchar, detected_crs varchar, anchor_table varchar, "
    "verdict varchar, row_count bigint, given_count bigint, read_count bigint, anchor_count bigint, near_count bigint, "
    "other_count bigint, sent_offset_m decimal(12,1), landed_offset_m decimal(12,1), converted_share decimal(18,4), "
    "read_share decimal(18,4)",
    "quarantine_rows": K + "silo varchar, table_name varchar, batch varchar, landing_ref varchar, rule varchar, "
    "column_name varchar, raw_value varchar, reason_zh varchar, reason_en varchar, advice_zh varchar, "
    "advice_en varchar, severity varchar",
    "door_checks": K + "silo varchar, table_name varchar, batch varchar, rule varchar, scope varchar, "
    "severity varchar, checked bigint, failed bigint",
    "silo_freshness": K + "silo varchar, table_name varchar, period varchar, department varchar, rule varchar, "
    "table_name_zh varchar, table_name_en varchar, cadence varchar, freshness_status varchar, cadence_days int, "
    "grace_days int, late_days int, last_fact_date date, due_date date, as_of_date date",
    "silo_row_signals": K
    + "silo varchar, table_name varchar, signal_code varchar, seen_quarter varchar, name_zh varchar, "
    "name_en varchar, rule_zh varchar, rule_en varchar, basis varchar, rule_status varchar, sample_ref varchar, "
    "dirt_number int, row_count bigint, entity_count bigint, first_date date, last_date date",
    "review_cases": K
    + "entity_type varchar, left_id varchar, right_id varchar, left_silo varchar, left_table varchar, "
    "left_label varchar, left_entity_id varchar, left_shown varchar, right_silo varchar, "
    "right_table varchar, right_label varchar, right_entity_id varchar, right_shown varchar, "
    "band varchar, rule varchar, why varchar, decision varchar, model_version varchar, "
    "left_landing_ref varchar, right_landing_ref varchar, probability decimal(9,6), "
    "match_weight decimal(12,6), left_seen_date date, right_seen_date date",
    "place_findings": K
    + "finding_id varchar, finding_kind varchar, silo varchar, table_name varchar, finding_code varchar, "
    "said_text varchar, candidate_text varchar, reason_zh varchar, reason_en varchar, advice_zh varchar, advice_en varchar, "
    "landing_ref varchar, on_date date",
    "town_rescue_circles": K
    + "town_id varchar, period varchar, scenario_code varchar, event_code varchar, town_name_zh varchar, town_name_en varchar, scenario_name_zh varchar, scenario_name_en varchar, event_name_zh varchar, event_name_en varchar, resident_count bigint, covered_count bigint, late_count bigint, untold_count bigint, key_firm_count bigint, covered_firm_count bigint, covered_share decimal(18,6), covered_firm_share decimal(18,6), median_seconds decimal(18,6), is_judged_for_people boolean, is_judged_for_firms boolean",
    "team_rescue_circles": K
    + "period varchar, scenario_code varchar, event_code varchar, facility_id varchar, town_id varchar, facility_name varchar, move_place_name varchar, class_name_zh varchar, class_name_en varchar, snap_status varchar, landing_ref varchar, turnout_seconds int, resident_count bigint, only_resident_count bigint, key_firm_count bigint, move_gain_count bigint, move_lon decimal(10,6), move_lat decimal(10,6), snap_m decimal(12,1), lon decimal(10,6), lat decimal(10,6)",
    "candidate_sites": K
    + "period varchar, scenario_code varchar, event_code varchar, site_rank int, town_id varchar, town_name_zh varchar, town_name_en varchar, near_place_name varchar, place_ids varchar, landing_ref varchar, alone_count bigint, further_count bigint, lon decimal(10,6), lat decimal(10,6)",
    "audit_cases": K
    + "case_id varchar, test_code varchar, period varchar, town_id varchar, entity_type varchar, entity_id varchar, test_name_zh varchar, "
    "test_name_en varchar, rule_zh varchar, rule_en varchar, detail_text varchar, landing_ref varchar, seen_value decimal(18,6), "
    "limit_value decimal(18,6), occurred_at timestamp",
    "audit_test_quarters": K
    + "test_code varchar, period varchar, town_id varchar, test_name_zh varchar, test_name_en varchar, case_count bigint",
    "hazard_loops": K
    + "hazard_id varchar, town_id varchar, enterprise_id varchar, department varchar, silos varchar, grade_code varchar, "
    "state_code varchar, clause_code varchar, repeats_hazard_id varchar, open_stage_code varchar, "
    "last_escalation_code varchar, state_name_zh varchar, state_name_en varchar, hazard_text varchar, landing_ref varchar, "
    "clock_count bigint, met_count bigint, late_count bigint, rework_count bigint, escalation_count bigint, "
    "refused_count bigint, is_counted boolean, is_logged boolean, is_extended boolean, is_paused boolean, deadline_date date, "
    "found_at timestamp, open_due_at timestamp, last_escalated_at timestamp, closed_at timestamp",
    "hazard_clocks": K
    + "hazard_id varchar, stage_code varchar, round_number int, town_id varchar, grade_code varchar, rule_number int, "
    "clock_kind varchar, extension_status varchar, clock_status varchar, stage_name_zh varchar, stage_name_en varchar, "
    "status_name_zh varchar, status_name_en varchar, stage_number int, limit_hours decimal(18,2), paused_hours decimal(18,2), "
    "is_rework boolean, started_at timestamp, due_at timestamp, done_at timestamp",
    "hazard_stage_quarters": K
    + "period varchar, town_id varchar, department varchar, stage_code varchar, grade_code varchar, stage_name_zh varchar, "
    "stage_name_en varchar, stage_number int, due_count bigint, met_count bigint, late_count bigint, open_count bigint, "
    "not_told_count bigint, extended_count bigint, on_time_share decimal(18,6)",
    "hazard_escalations": K
    + "hazard_id varchar, escalation_code varchar, stage_code varchar, round_number int, town_id varchar, grade_code varchar, "
    "rule_number int, to_whom_zh varchar, to_whom_en varchar, action_zh varchar, action_en varchar, due_at timestamp, "
    "escalated_at timestamp",
    "hazard_refused_events": K
    + "hazard_event_id varchar, hazard_id varchar, town_id varchar, silo varchar, event_status varchar, state_before varchar, "
    "state_word varchar, state_name_zh varchar, state_name_en varchar, reason_zh varchar, reason_en varchar, "
    "landing_ref varchar, occurred_at timestamp, recorded_at timestamp",
    "hazard_list_checks": K
    + "hazard_no varchar, list_code varchar, town_id varchar, list_status varchar, list_name_zh varchar, list_name_en varchar, "
    "status_name_zh varchar, status_name_en varchar, landing_ref varchar, is_listed boolean, due_from_at timestamp",
    "major_hazard_earlies": K
    + "record_no varchar, hazard_id varchar, town_id varchar, department varchar, report_status varchar, publish_status varchar, "
    "landing_ref varchar, report_hours decimal(18,2), publish_hours decimal(18,2), handle_hours decimal(18,2), "
    "found_at timestamp, reported_at timestamp, published_at timestamp, handled_at timestamp, closed_at timestamp",
    "case_clocks": K
    + "case_no varchar, stage_code varchar, town_id varchar, transfer_no varchar, chain_state varchar, result_code varchar, "
    "clock_status varchar, stage_name_zh varchar, stage_name_en varchar, landing_ref varchar, rule_number int, "
    "document_count bigint, has_all_papers boolean, started_at timestamp, due_at timestamp, done_at timestamp",
    "rescue_roads": K
    + "period varchar, scenario_code varchar, segment_no varchar, start_lon decimal(10,6), start_lat decimal(10,6), end_lon decimal(10,6), end_lat decimal(10,6), length_m decimal(12,1), speed_kmh decimal(18,6), is_one_way boolean, is_usable boolean",
    "rescue_places": K
    + "place_id varchar, place_kind varchar, town_id varchar, resident_count bigint, lon decimal(10,6), lat decimal(10,6)",
    "rescue_isochrones": K
    + "period varchar, scenario_code varchar, event_code varchar, minutes int, geojson varchar, area_km2 decimal(12,3)",
    "town_supply_cover": K
    + "town_id varchar, period varchar, article_code varchar, class_code varchar, town_name_zh varchar, town_name_en varchar, cohort_code varchar, cohort_name_zh varchar, cohort_name_en varchar, norm_cohort_code varchar, article_name_zh varchar, article_name_en varchar, class_name_zh varchar, class_name_en varchar, base_unit_word varchar, cover_status varchar, reach_status varchar, line_count bigint, unread_line_count bigint, norm_quantity decimal(18,3), held_quantity decimal(18,3), expired_quantity decimal(18,3), expiring_quantity decimal(18,3), near_quantity decimal(18,3), middle_quantity decimal(18,3), far_quantity decimal(18,3)",
    "plan_cover": K
    + "period varchar, division_id varchar, event_type_code varchar, level_code varchar, division_name_zh varchar, division_name_en varchar, event_type_name varchar, plan_status varchar, link_status varchar, trigger_word varchar, plan_no varchar, plan_count bigint, is_required boolean, in_force_date date, revised_date date",
    "village_plan_covers": K
    + "town_id varchar, period varchar, town_name_zh varchar, town_name_en varchar, cover_status varchar, village_count bigint, plan_count bigint, complete_count bigint, one_page_count bigint",
    "drill_outcomes": K
    + "period varchar, event_type_code varchar, event_type_name varchar, planned_count bigint, held_count bigint, cross_department_count bigint, finding_count bigint, fixed_count bigint, overdue_count bigint",
    "civil_team_kinds": K
    + "town_id varchar, period varchar, specialty_word varchar, town_name_zh varchar, town_name_en varchar, team_count bigint, registered_count bigint, insured_count bigint, graded_count bigint, in_order_count bigint, grade_1_count bigint, grade_2_count bigint, grade_3_count bigint",
    "social_forces": K
    + "town_id varchar, period varchar, town_name_zh varchar, town_name_en varchar, dispatch_status varchar, volunteer_status varchar, team_count bigint, in_order_count bigint, volunteer_count bigint, dispatch_count bigint, ordered_count bigint, incident_count bigint, joined_count bigint, volunteers_per_10000 decimal(18,6), joined_share decimal(18,6)",
    "station_trainings": K
    + "town_id varchar, period varchar, town_name_zh varchar, town_name_en varchar, hours_status varchar, course_status varchar, rotation_status varchar, rotation_plan_count bigint, rotation_done_count bigint, rotation_target_count bigint, rotation_trained_count bigint, year_hours_per_head decimal(18,6), course_in_time_count bigint, course_count bigint",
    "indicator_gaps": K
    + "period varchar, indicator_code varchar, l1_code varchar, name_zh varchar, name_en varchar, unit varchar, unit_en varchar, gap_status varchar, trend_code varchar, best_town_id varchar, best_town_name_zh varchar, best_town_name_en varchar, worst_town_id varchar, worst_town_name_zh varchar, worst_town_name_en varchar, previous_worst_town_id varchar, town_count bigint, compared_count bigint, unknown_count bigint, best_score decimal(7,2), median_score decimal(7,2), worst_score decimal(7,2), score_gap decimal(7,2), previous_score_gap decimal(7,2), gap_change decimal(7,2), best_value decimal(18,6), median_value decimal(18,6), worst_value decimal(18,6)",
    "recommendation_items": K
    + "period varchar, recommendation_no varchar, report_no varchar, report_title varchar, topic_word varchar, feature_nos varchar, recommendation_text varchar, responsible_org_name varchar, supporting_org_names varchar, item_status varchar, assessment_word varchar, landing_ref varchar, overdue_days bigint, issued_date date, due_date date, done_date date",
    "recommendation_measures": K
    + "period varchar, feature_no varchar, system varchar, indicator_code varchar, name_zh varchar, name_en varchar, measure_status varchar, target_text varchar, rule_status varchar, basis varchar, judged_count bigint, observed_count bigint, at_target_count bigint, district_value decimal(18,6), progress_score decimal(7,2), previous_progress_score decimal(7,2), progress_change decimal(7,2)",
    "congress_recommendations": K
    + "period varchar, feature_no varchar, name_zh varchar, name_en varchar, measure_status varchar, trend_code varchar, responsible_org_names varchar, indicator_count bigint, measured_count bigint, compared_count bigint, at_target_count bigint, item_count bigint, done_count bigint, open_count bigint, overdue_count bigint, longest_overdue_days bigint, progress_score decimal(7,2), previous_progress_score decimal(7,2), progress_change decimal(7,2), next_due_date date",
    "stopped_records": K
    + "entity_type varchar, record_id varchar, cluster_id varchar, silo varchar, table_name varchar, "
    "label varchar, shown varchar, reason varchar, model_version varchar, landing_ref varchar, member_count int, seen_date date",
    "enterprises": K + "enterprise_id varchar, uscc varchar, firm_no varchar, firm_name varchar, subject_kind varchar, "
    "parent_enterprise_id varchar, landlord_enterprise_id varchar, town_id varchar, "
    "industry_code varchar, enterprise_status varchar, legal_form_word varchar, address varchar, "
    "firm_name_silo varchar, firm_name_ref varchar, town_silo varchar, town_ref varchar, "
    "address_silo varchar, address_ref varchar, point_silo varchar, point_ref varchar, "
    "industry_silo varchar, industry_ref varchar, status_silo varchar, status_ref varchar, "
    "lon decimal(10,6), lat decimal(10,6), record_count int, silo_count int, is_on_register boolean, "
    "is_key boolean, is_active boolean, is_rated_unit boolean, valid_from_date date, "
    "valid_to_date date",
    "enterprise_records": K
    + "record_id varchar, enterprise_id varchar, silo varchar, table_name varchar, record_kind varchar, "
    "silo_number varchar, firm_name varchar, uscc_text varchar, uscc varchar, how varchar, "
    "reason varchar, model_version varchar, landing_ref varchar, probability decimal(9,6), "
    "seen_date date, valid_from_date date, valid_to_date date",
    "enterprise_names": K + "enterprise_id varchar, firm_name_key varchar, firm_name varchar, name_kind varchar, "
    "landing_ref varchar, record_count int, silo_count int, valid_from_date date, valid_to_date date, "
    "first_seen_date date, last_seen_date date",
    "attribute_conflicts": K + "entity_type varchar, entity_id varchar, attribute_code varchar, loser_silo varchar, "
    "winner_silo varchar, winner_value varchar, loser_value varchar, reason_zh varchar, "
    "reason_en varchar, difference_unit varchar, charged_silo varchar, winner_claim varchar, loser_claim varchar, "
    "winner_ref varchar, loser_ref varchar, difference decimal(18,1), is_adjudicated boolean, is_decided boolean, seen_date date",
    "district_overview": K + "period varchar, towns_rated int, towns_not_rated int, mean_score decimal(7,2), "
    "best_town_id varchar, worst_town_id varchar, hazards_found bigint, hazards_closed_on_time_share decimal(6,4), "
    "major_hazards_open bigint, stations_short_law_cert int, enterprises_rated int, grade_a int, grade_b int, "
    "grade_c int, grade_d int, grade_none int, incidents bigint, median_arrival_minutes decimal(7,2)",
    "department_indicator_scores": K + "department varchar, period varchar, indicator_code varchar, l1_code varchar, "
    "silo varchar, department_name_zh varchar, department_name_en varchar, name_zh varchar, name_en varchar, "
    "unit varchar, direction varchar, cell_status varchar, missing_rule varchar, is_shrunk boolean, numerator decimal(18,6), "
    "denominator decimal(18,6), value decimal(18,6), floor_value decimal(18,6), target_value decimal(18,6), "
    "score decimal(18,6), published_score decimal(7,2), weight_share decimal(18,9), points_lost decimal(18,6), "
    "evidence_count bigint, rule_status varchar, previous_value decimal(18,6), previous_score decimal(18,6)",
    "department_quarter_scores": K + "department varchar, period varchar, method_version varchar, silo varchar, "
    "department_name_zh varchar, department_name_en varchar, is_government boolean, group_code varchar, score_status varchar, "
    "grade varchar, veto_codes varchar, base_score decimal(7,2), bonus_points decimal(5,2), deduction_points decimal(5,2), "
    "final_score decimal(7,2), lower_score decimal(7,2), upper_score decimal(7,2), previous_score decimal(7,2), "
    "score_change decimal(7,2), coverage_share decimal(6,4), rank_in_group int, group_size int, previous_rank int, "
    "judged_count int, observed_count int",
    "department_data_barriers": K + "department varchar, period varchar, silo varchar, department_name_zh varchar, "
    "department_name_en varchar, body_name_zh varchar, body_name_en varchar, index_status varchar, "
    "index_score decimal(7,2), rank_overall int, coverage_share decimal(6,4), table_count bigint, "
    "delivered_count bigint, issue_count bigint, open_count bigint, mended_count bigint, "
    "median_mend_hours decimal(18,6), withheld_town_points decimal(18,6), withheld_firm_points decimal(18,6), "
    "is_government boolean",
    "withheld_points": K + "unit_type varchar, unit_id varchar, period varchar, indicator_code varchar, silo varchar, "
    "table_name varchar, department varchar, delivery_status varchar, missing_table_count bigint, "
    "withheld_points decimal(18,6)",
    "landed_row_uses": K + "landed_part varchar, row_number bigint, core_model varchar, core_id varchar",
    "method_department_indicators": "kind varchar, indicator_code varchar, name_zh varchar, name_en varchar, "
    "rule_status varchar",
    "method_department_scope": "indicator_code varchar, department varchar, rule_status varchar, basis varchar",
    "dim_departments": K + "department varchar, silo varchar",
    "method_town_indicators": "kind varchar, indicator_code varchar, name_zh varchar, name_en varchar, "
    "direction varchar, aggregation varchar, value_scale decimal(18,6), value_cap decimal(18,6), floor_text varchar, "
    "target_text varchar, rule_status varchar, cap_grade varchar, effect_zh varchar, effect_en varchar, "
    "points_each decimal(6,2), points_max decimal(6,2), effective_from date",
    "method_cert_rules": "rule_id varchar, requirement_zh varchar, required_min int, rule_status varchar",
    "method_enterprise_items": "kind varchar, item_code varchar, name_zh varchar, name_en varchar, "
    "max_points decimal(6,2), calc_kind varchar, points_each decimal(6,2), rule_status varchar",
    "method_enterprise_industries": "industry_code varchar, industry_zh varchar, industry_en varchar",
    "method_hazard_sla": "grade varchar, stage varchar, sla_hours int",
    "method_grades": "system varchar, grade varchar, lower_score decimal(5,2)",
    "dim_towns": K + "town_id varchar, town_name_zh varchar, town_name_en varchar, cohort_code varchar",
    "dim_periods": K + "period varchar, previous_period varchar, start_date date, end_date date",
}

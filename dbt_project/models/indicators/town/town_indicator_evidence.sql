{{ config(materialized='table') }}
-- One row per evidence row of any town indicator or veto. The only way into a town score.
{{ all_evidence([
    'a101_six_haves', 'a102_rooms_stores_centres', 'a103_quota_posts_filled', 'a104_standby_kept',
    'a201_posts_with_signed_duties', 'a202_consultations_held', 'a301_events_on_both_platforms',
    'b101_full_time_staff', 'b102_part_time_staff', 'b103_hours_on_emergency_work', 'b201_valid_law_certificates',
    'b202_certified_full_time', 'b203_certified_rescuers', 'b204_certificates_in_date', 'b301_training_hours',
    'b302_courses_on_time', 'b303_recruits_inducted', 'b304_staff_up_to_45', 'b305_staff_of_the_trade',
    'b401_yearly_turnover', 'b402_paid_and_insured', 'c101_risk_points_graded', 'c102_objects_on_the_map',
    'c103_people_with_a_helper', 'c201_grids_patrolled', 'c202_planned_inspections_done',
    'c203_hazards_found_by_machines', 'c204_hazards_per_inspection', 'c301_general_hazards_closed_on_time',
    'c302_major_hazards_closed_on_time', 'c303_median_days_to_close', 'c305_hazards_repeated',
    'c306_three_lists_agree', 'c401_accidents_against_before', 'd101_devices_installed', 'd102_devices_online',
    'd201_warnings_acknowledged', 'd202_households_warned', 'd203_alarms_closed_in_time', 'd301_accounts_in_use',
    'd302_tasks_online', 'e103_median_arrival', 'e104_arrived_in_15_minutes', 'e201_duty_checks_answered',
    'e202_incidents_reported_in_time', 'e301_joint_turnouts', 'e302_moved_in_time', 'f101_stock_at_norm',
    'f102_book_and_count', 'f103_stock_in_date', 'f104_stock_on_the_platform', 'f201_kit_at_norm',
    'g101_town_plans_for_each_event', 'g102_village_plans', 'g103_plans_revised', 'g104_plans_linked',
    'g201_drills_held', 'g202_cross_department_drills', 'g203_drill_findings_fixed', 'h101_key_firms_inspected',
    'h102_referrals_resolved', 'h201_firms_rated_a_or_b', 'i101_active_volunteers', 'i102_civil_teams_in_order',
    'i103_village_squads', 'i201_publicity_at_the_weakest_venue', 'i202_public_awareness',
    'v01_responsible_accidents', 'v02_false_or_late_reports', 'v03_major_hazards_overdue', 'v04_falsified_data',
    'v05_most_valid_law_certificates', 'v06_deaths_after_missed_evacuation', 'v07_red_warnings_unanswered',
]) }}

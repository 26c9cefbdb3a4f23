{{ config(materialized='table') }}
-- One row per evidence row of any department indicator. The only way into a department's score.
{{ all_evidence([
    'da01_tables_delivered', 'da02_delivered_on_time', 'da03_interface_answers', 'da04_mandatory_fields_filled',
    'da05_keys_unique', 'da06_values_valid', 'da07_silos_agree', 'da08_points_valid', 'da09_issues_mended_on_time',
    'db01_warnings_acknowledged', 'db02_orders_signed', 'db03_tickets_done_on_time', 'db04_consultations_attended',
    'db05_joint_inspections_joined', 'db06_on_scene_in_time', 'dc01_duty_checks_answered', 'dc02_incidents_reported_in_time',
    'dc03_reports_late_or_missing', 'dd01_major_hazards_closed_on_time', 'dd02_planned_inspections_done',
    'dd03_department_plans_valid', 'dd04_sector_drills_held', 'dd05_cases_transferred_in_time', 'dd06_town_referrals_answered',
    'dv1_false_reports', 'dv2_falsified_data', 'dv4_transfers_not_sent', 'dp1_tables_ahead_of_request', 'dp2_crosswalks_contributed',
]) }}

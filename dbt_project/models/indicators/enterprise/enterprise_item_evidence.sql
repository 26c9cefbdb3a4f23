{{ config(materialized='table') }}
-- One row per evidence row of an enterprise item, veto or bonus. A new one is a seed row, a file beside this one and its unit test.
{{ all_evidence([
    'e101_principal_duties', 'e102_posts_with_duty_list', 'e103_safety_staff', 'e104_safety_spending',
    'e105_liability_insured', 'e201_rules_reviewed', 'e202_standardisation_level', 'e203_tenants_with_agreement',
    'e301_managers_assessed_and_trained', 'e302_workers_trained', 'e303_special_operators_certified',
    'e304_training_files_signed', 'e401_dangerous_work_permitted', 'e402_confined_space_closed_off',
    'e403_hazchem_stock_and_labels', 'e404_exits_clear', 'e405_devices_online', 'e406_process_specials',
    'e501_risk_points_graded', 'e502_self_inspections_made', 'e503_hazards_rectified_on_time', 'e504_major_hazard_plan',
    'e505_hazards_do_not_return', 'e506_no_zero_reports', 'e507_hazard_sources_registered',
    'e601_plan_filed_and_linked', 'e602_drills_held', 'e603_supplies_and_staff', 'e604_duty_desk_answers',
    'e701_accidents_told_in_an_hour', 'e702_accidents_of_a_year', 'e801_penalties', 'e802_monthly_reports_on_time',
    'e803_employee_reports_handled', 'ep01_level_one', 'ep02_major_hazard_self_reported', 'ep03_public_rescue_joined',
    'ev01_serious_accident', 'ev02_fatal_accident', 'ev03_accident_concealed', 'ev04_major_hazard_overdue',
    'ev05_uncertified_operator', 'ev06_devices_disabled', 'ev07_hazchem_unlicensed', 'ev08_suspected_crime',
    'ev09_on_dishonesty_list',
]) }}

{{ config(materialized='table') }}
-- One row per evidence row of a certification rule. A new rule is a seed row, a file beside this one and its unit test.
{{ all_evidence([
    'st_01_head_trained', 'st_02_two_law_certificates', 'st_03_law_certificates_by_load', 'st_04_full_time_by_load',
    'st_05_part_time_by_villages', 'st_06_auxiliaries_examined', 'st_07_qualification_usable', 'st_08_officer_hours',
    'st_09_staff_hours', 'st_10_recruits_inducted', 'st_11_rotation', 'st_12_rescue_certificates', 'st_13_first_aid',
    'st_14_information_officers', 'st_15_drivers', 'st_16_drone_operators', 'st_17_insured', 'st_18_age_structure',
    'st_19_diverted_hours', 'fd_01_first_class_teams', 'fd_02_second_class_teams', 'fd_03_volunteer_teams',
    'fd_04_control_rooms', 'en_01_managers_assessed', 'en_02_high_risk_300', 'en_03_high_risk_100', 'en_04_high_risk_50',
    'en_05_high_risk_small', 'en_06_other_300', 'en_07_other_100', 'en_08_other_small', 'en_09_hazchem_2_percent',
    'en_10_safety_engineers', 'en_11_hours_general', 'en_12_hours_high_risk', 'en_13_new_workers_general',
    'en_14_workers_high_risk', 'en_15_retrained', 'en_16_training_files', 'en_17_special_operators', 'en_19_confined_spaces',
    'en_20_rescue_staff', 'so_01_registered', 'so_02_graded', 'so_03_half_certified', 'so_04_insured', 'ex_01_expert_fields',
]) }}

{{ config(materialized='table') }}
-- One row per evidence row of a certification rule. A new rule is a seed row, a file beside this one and its unit test.
{{ all_evidence([
    'st_01_head_trained', 'st_02_two_law_certificates', 'st_03_law_certificates_by_load', 'st_04_full_time_by_load',
    'st_05_part_time_by_villages', 'st_06_auxiliaries_examined', 'st_07_qualification_usable',
    'st_12_rescue_certificates', 'st_13_first_aid', 'st_18_age_structure',
]) }}

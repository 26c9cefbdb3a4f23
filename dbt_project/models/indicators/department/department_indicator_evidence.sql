{{ config(materialized='table') }}
-- One row per evidence row of any department indicator. The only way into a department's score.
{{ all_evidence([
    'da01_tables_delivered', 'da02_delivered_on_time', 'da03_interface_answers', 'da04_mandatory_fields_filled',
    'da05_keys_unique', 'da06_values_valid', 'da07_silos_agree', 'da08_points_valid', 'da09_issues_mended_on_time',
]) }}

{{ config(materialized='table') }}
-- One row per evidence row of any department indicator. The only way into a department's score.
{% for model in [
    'da01_tables_delivered', 'da02_delivered_on_time', 'da03_interface_answers', 'da04_mandatory_fields_filled',
    'da05_keys_unique', 'da06_values_valid', 'da07_silos_agree', 'da08_points_valid', 'da09_issues_mended_on_time',
] %}
select
    district_code,
    indicator_code,
    unit_id,
    period,
    entity_type,
    entity_id,
    numerator,
    denominator,
    occurred_at,
    landing_ref
from {{ ref(model) }}
{% if not loop.last %}union all{% endif %}
{% endfor %}

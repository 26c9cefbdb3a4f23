-- One row per layer of a scenario: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__scenario_layers', ['layer_no']) }}
)

select
    district_code,
    layer_no,
    scenario_word,
    layer_name,
    resource_word,
    plan_no,
    crs_word,
    feature_count,
    updated_date,
    landing_ref
from landed

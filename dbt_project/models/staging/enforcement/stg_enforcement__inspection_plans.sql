-- One row per planned inspection: the newest accepted version of what enforcement sent.
with landed as (
    {{ newest_accepted('enforcement__inspection_plan', ['plan_no']) }}
)

select
    district_code,
    plan_no,
    firm_no,
    town_name,
    risk_colour_word,
    planned_date,
    {{ as_sent('planned_date') }} as planned_date_text,
    planned_count,
    landing_ref
from landed

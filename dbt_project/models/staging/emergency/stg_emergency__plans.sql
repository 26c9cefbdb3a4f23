-- One row per plan: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__plans', ['plan_no']) }}
)

select
    district_code,
    plan_no,
    plan_name,
    plan_level_word,
    event_type_code,
    dept_code,
    town_code,
    town_name,
    town_read_how,
    village_code,
    uscc,
    {{ as_sent('uscc') }} as uscc_text,
    parent_plan_no,
    page_count,
    named_person_count,
    has_flow_chart,
    approved_date,
    review_due_date,
    {{ as_sent('review_due_date') }} as review_due_date_text,
    abolished_date,
    {{ as_sent('abolished_date') }} as abolished_date_text,
    landing_ref
from landed

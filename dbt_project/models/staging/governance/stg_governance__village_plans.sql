-- One row per plan of a village: the newest accepted version of what the four platforms sent.
with landed as (
    {{ newest_accepted('governance__village_plans', ['plan_no']) }}
)

select
    district_code,
    plan_no,
    village_code,
    town_code,
    town_name,
    town_read_how,
    plan_name,
    page_count,
    named_person_count,
    has_duties,
    has_flow,
    approved_date,
    landing_ref
from landed

-- One row per check of a plan's link: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__plan_links', ['link_no']) }}
)

select
    district_code,
    link_no,
    plan_no,
    linked_plan_no,
    direction_word,
    result_word,
    checked_date,
    landing_ref
from landed

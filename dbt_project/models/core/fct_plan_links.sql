-- One row per check of how a plan fits another above or beside it; linked only where the checker says so of a plan that is named.
select
    district_code,
    link_no,
    plan_no,
    linked_plan_no,
    direction_word,
    result_word = '衔接' and linked_plan_no is not null as is_linked,
    checked_date,
    landing_ref
from {{ ref('stg_emergency__plan_links') }}

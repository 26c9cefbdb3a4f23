-- One row per drill: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__drills', ['drill_no']) }}
)

select
    district_code,
    drill_no,
    drill_name,
    drill_type_word,
    level_word,
    plan_no,
    dept_code,
    town_code,
    town_name,
    town_read_how,
    uscc,
    {{ as_sent('uscc') }} as uscc_text,
    is_cross_department,
    is_with_national_team,
    planned_date,
    held_date,
    {{ as_sent('held_date') }} as held_date_text,
    people_count,
    review_score,
    landing_ref
from landed

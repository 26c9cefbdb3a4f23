-- One row per drill: the newest accepted version of what the fire brigade sent.
with landed as (
    {{ newest_accepted('fire__joint_drills', ['drill_no']) }}
)

select
    district_code,
    drill_no,
    drill_name,
    partner_word,
    town_code,
    town_name,
    town_read_how,
    held_date,
    people_count,
    review_score,
    landing_ref
from landed

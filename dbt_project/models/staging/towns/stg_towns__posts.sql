-- One row per post of a unit and quarter: the newest accepted version.
with rows_in as ({{ newest_accepted('towns__posts', ['period', 'post_no']) }})

select
    district_code,
    period,
    town_code,
    town_name,
    post_no,
    unit_word,
    post_word,
    is_quota_post,
    staff_no,
    signed_date,
    reviewed_date,
    town_read_how,
    landing_ref
from rows_in

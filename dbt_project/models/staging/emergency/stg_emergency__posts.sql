-- One row per post: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__posts', ['post_no']) }}
)

select
    district_code,
    post_no,
    station_no,
    post_word,
    is_quota_post,
    duty_text,
    created_date,
    {{ as_sent('created_date') }} as created_date_text,
    abolished_date,
    {{ as_sent('abolished_date') }} as abolished_date_text,
    landing_ref
from landed

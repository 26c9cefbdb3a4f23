-- One row per hazard on the rectification list: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__rectify_lists', ['rectify_no']) }}
)

select
    district_code,
    rectify_no,
    hazard_no,
    measure_text,
    cost_wan,
    deadline_date,
    rectified_at,
    {{ as_sent('rectified_at') }} as rectified_at_text,
    verifier_no,
    verified_at,
    {{ as_sent('verified_at') }} as verified_at_text,
    photo_before_code,
    photo_after_code,
    landing_ref
from landed

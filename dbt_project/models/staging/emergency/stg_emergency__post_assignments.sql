-- One row per person x post x spell: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__post_assignments', ['assignment_no']) }}
)

select
    district_code,
    assignment_no,
    post_no,
    person_no,
    is_quota_staff,
    valid_from_date,
    valid_to_date,
    {{ as_sent('valid_to_date') }} as valid_to_date_text,
    leave_reason_word,
    landing_ref
from landed

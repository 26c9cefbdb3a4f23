-- One row per meeting x department: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__meeting_attendances', ['attendance_no']) }}
)

select
    district_code,
    attendance_no,
    meeting_no,
    dept_code,
    invited_rank_word,
    attended_rank_word,
    is_attended,
    landing_ref
from landed

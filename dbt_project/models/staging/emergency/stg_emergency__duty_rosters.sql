-- One row per shift: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__duty_rosters', ['roster_no']) }}
)

select
    district_code,
    roster_no,
    station_no,
    shift_type_word,
    person_no,
    shift_start_at,
    shift_end_at,
    planned_count,
    present_count,
    checked_in_at,
    {{ as_sent('checked_in_at') }} as checked_in_at_text,
    updated_at,
    landing_ref
from landed

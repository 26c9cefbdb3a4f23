-- One row per alarm: the newest accepted version of what towers sent.
with landed as (
    {{ newest_accepted('towers__alarms', ['alarm_id']) }}
)

select
    district_code,
    alarm_id,
    device_id,
    alarm_type,
    raised_at,
    ack_at,
    close_at,
    {{ as_sent('close_at') }} as close_at_text,
    cause as cause_word,
    updated_at,
    landing_ref
from landed

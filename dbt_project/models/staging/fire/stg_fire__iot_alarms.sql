-- One row per alarm: the newest accepted version of what the fire brigade sent.
with landed as (
    {{ newest_accepted('fire__iot_alarms', ['alarm_no']) }}
)

select
    district_code,
    alarm_no,
    device_no,
    alarm_kind_word,
    town_name,
    is_test,
    raised_at,
    acked_at,
    {{ as_sent('acked_at') }} as acked_at_text,
    closed_at,
    {{ as_sent('closed_at') }} as closed_at_text,
    cause_word,
    sent_at,
    landing_ref
from landed

-- One row per meeting: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__meetings', ['meeting_no']) }}
)

select
    district_code,
    meeting_no,
    meeting_kind_word,
    level_word,
    town_code,
    town_name,
    town_read_how,
    domain_word,
    planned_date,
    held_at,
    {{ as_sent('held_at') }} as held_at_text,
    host_name,
    landing_ref
from landed

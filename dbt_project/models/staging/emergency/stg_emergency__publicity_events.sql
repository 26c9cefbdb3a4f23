-- One row per publicity event: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__publicity_events', ['event_no']) }}
)

select
    district_code,
    event_no,
    event_name,
    venue_word,
    event_type_word,
    town_code,
    town_name,
    town_read_how,
    audience_word,
    planned_date,
    held_date,
    {{ as_sent('held_date') }} as held_date_text,
    audience_count,
    channel_word,
    landing_ref
from landed

-- One row per hazard event: the newest accepted version of what enforcement sent.
with landed as (
    {{ newest_accepted('enforcement__hazard_events', ['event_no']) }}
)

select
    district_code,
    event_no,
    hazard_no,
    state_word,
    actor_code,
    occurred_at,
    {{ as_sent('occurred_at') }} as occurred_at_text,
    recorded_at,
    photo_hash,
    landing_ref
from landed

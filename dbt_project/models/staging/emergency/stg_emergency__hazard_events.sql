-- One row per event of a hazard: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__hazard_events', ['event_no']) }}
)

select
    district_code,
    event_no,
    hazard_no,
    state_word,
    person_no,
    evidence_code,
    note_text,
    occurred_at,
    recorded_at,
    landing_ref
from landed

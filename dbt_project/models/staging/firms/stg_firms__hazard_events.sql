-- One row per event number: the newest accepted version of hazard events.
with rows_in as ({{ newest_accepted('firms__hazard_events', ['event_no']) }})

select
    district_code,
    event_no,
    hazard_no,
    state_word,
    actor_code,
    occurred_at,
    recorded_at,
    evidence_hash,
    landing_ref
from rows_in

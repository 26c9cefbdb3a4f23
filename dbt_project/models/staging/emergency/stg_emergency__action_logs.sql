-- One row per entry of an incident's log: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__action_logs', ['log_no']) }}
)

select
    district_code,
    log_no,
    incident_no,
    step_word,
    unit_no,
    action_text,
    acted_at,
    recorded_at,
    landing_ref
from landed

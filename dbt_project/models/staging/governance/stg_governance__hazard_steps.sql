-- One row per step of a hazard: the newest accepted version of what the four platforms sent.
with landed as (
    {{ newest_accepted('governance__hazard_steps', ['step_no']) }}
)

select
    district_code,
    step_no,
    hazard_no,
    step_word,
    handler_no,
    occurred_at,
    recorded_at,
    landing_ref
from landed

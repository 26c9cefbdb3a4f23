-- One row per step of an event: the newest accepted version of what the four platforms sent.
with landed as (
    {{ newest_accepted('governance__event_steps', ['step_no']) }}
)

select
    district_code,
    step_no,
    event_no,
    level_word,
    step_word,
    handled_by_name,
    handed_at,
    done_at,
    {{ as_sent('done_at') }} as done_at_text,
    landing_ref
from landed

-- One row per response: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__response_levels', ['response_no']) }}
)

select
    district_code,
    response_no,
    disaster_word,
    level_word,
    scenario_name,
    started_at,
    ended_at,
    {{ as_sent('ended_at') }} as ended_at_text,
    issuer_name,
    landing_ref
from landed

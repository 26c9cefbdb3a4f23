-- One row per response: the newest accepted version of what the water bureau sent.
with landed as (
    {{ newest_accepted('water__flood_responses', ['response_no']) }}
)

select
    district_code,
    response_no,
    level_word,
    scenario_name,
    started_at,
    ended_at,
    {{ as_sent('ended_at') }} as ended_at_text,
    areal_rain_mm,
    dispatch_text,
    landing_ref
from landed

-- One row per roll call: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__roll_calls', ['roll_call_no']) }}
)

select
    district_code,
    roll_call_no,
    station_no,
    planned_at,
    called_at,
    {{ as_sent('called_at') }} as called_at_text,
    method_word,
    should_count,
    present_count,
    landing_ref
from landed

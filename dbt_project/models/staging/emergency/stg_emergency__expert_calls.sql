-- One row per call of an expert: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__expert_calls', ['call_no']) }}
)

select
    district_code,
    call_no,
    expert_no,
    purpose_word,
    incident_no,
    called_date,
    hours_count,
    landing_ref
from landed

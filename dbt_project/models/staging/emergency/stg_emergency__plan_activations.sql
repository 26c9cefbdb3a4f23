-- One row per activation of a plan: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__plan_activations', ['activation_no']) }}
)

select
    district_code,
    activation_no,
    plan_no,
    incident_no,
    response_no,
    activated_at,
    ended_at,
    {{ as_sent('ended_at') }} as ended_at_text,
    landing_ref
from landed

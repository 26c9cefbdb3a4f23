-- One row per review of an incident: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__incident_reviews', ['review_no']) }}
)

select
    district_code,
    review_no,
    incident_no,
    lead_unit_no,
    command_score,
    rescue_score,
    total_score,
    finding_text,
    reviewed_date,
    landing_ref
from landed

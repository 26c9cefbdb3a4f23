-- One row per pair of events of two platforms: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__event_matches', ['match_no']) }}
)

select
    district_code,
    match_no,
    incident_no,
    task_no,
    governance_event_no,
    town_code,
    town_name,
    town_read_how,
    is_eligible,
    match_score,
    is_duplicate_work,
    matched_at,
    landing_ref
from landed

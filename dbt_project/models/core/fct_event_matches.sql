-- One row per event of the bureau's platform that was compared with the four platforms. Merged: it carries a number of both.
with matches as ({{ rows_of_towns('stg_emergency__event_matches', 'LOCAL', on_date=local_date('rows_in.matched_at')) }})

select
    district_code,
    match_no,
    town_id,
    governance_event_no,
    match_score,
    is_eligible,
    governance_event_no is not null and coalesce(incident_no, task_no) is not null as is_merged,
    is_duplicate_work,
    matched_at,
    landing_ref
from matches

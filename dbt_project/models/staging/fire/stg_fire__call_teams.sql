-- One row per call x team: the newest accepted version of what the fire brigade sent.
with landed as (
    {{ newest_accepted('fire__call_teams', ['record_no']) }}
)

select
    district_code,
    record_no,
    call_no,
    team_no,
    station_team_name,
    called_at,
    arrived_at,
    {{ as_sent('arrived_at') }} as arrived_at_text,
    people_count,
    is_joint,
    is_nearest,
    updated_at,
    landing_ref
from landed

-- One row per incident x team: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__turnouts', ['turnout_no']) }}
)

select
    district_code,
    turnout_no,
    incident_no,
    team_no,
    called_at,
    departed_at,
    {{ as_sent('departed_at') }} as departed_at_text,
    arrived_at,
    {{ as_sent('arrived_at') }} as arrived_at_text,
    returned_at,
    {{ as_sent('returned_at') }} as returned_at_text,
    planned_minutes,
    people_count,
    person_hours,
    is_nearest,
    is_cross_town,
    is_with_national_team,
    updated_at,
    landing_ref
from landed

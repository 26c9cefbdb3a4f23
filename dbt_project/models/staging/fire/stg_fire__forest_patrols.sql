-- One row per patrol: the newest accepted version of what the fire brigade sent.
with landed as (
    {{ newest_accepted('fire__forest_patrols', ['patrol_no']) }}
)

select
    district_code,
    patrol_no,
    team_no,
    town_code,
    town_name,
    town_read_how,
    started_at,
    ended_at,
    {{ as_sent('ended_at') }} as ended_at_text,
    distance_km,
    fire_source_count,
    landing_ref
from landed

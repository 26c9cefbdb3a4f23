-- One row per team x village: the newest accepted version of what the fire brigade sent.
with landed as (
    {{ newest_accepted('fire__response_areas', ['area_no']) }}
)

select
    district_code,
    area_no,
    team_no,
    town_code,
    town_name,
    town_read_how,
    village_code,
    planned_minutes,
    is_first_due,
    landing_ref
from landed

-- One row per team: the newest accepted version of what the fire brigade sent.
with landed as (
    {{ newest_accepted('fire__teams', ['team_no']) }}
)

select
    district_code,
    team_no,
    team_name,
    team_kind_word,
    team_class_word,
    chain_word,
    host_name,
    uscc,
    {{ as_sent('uscc') }} as uscc_text,
    town_code,
    town_name,
    town_read_how,
    village_code,
    lon,
    lat,
    point_lon,
    point_lat,
    point_read_how,
    site_area_m2,
    response_area_km2,
    shift_people_count,
    founded_date,
    {{ as_sent('founded_date') }} as founded_date_text,
    landing_ref
from landed

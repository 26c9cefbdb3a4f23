-- One row per team number: the newest accepted version of civil rescue teams.
with rows_in as ({{ newest_accepted('civil__rescue_teams', ['team_no']) }})

select
    district_code,
    team_no,
    team_name,
    org_no,
    uscc,
    {{ as_sent('uscc') }} as uscc_text,
    uscc_read_how,
    is_registered,
    specialty_word,
    town_name,
    lon,
    lat,
    member_count,
    {{ as_sent('member_count') }} as member_count_text,
    member_count_read_how,
    vehicle_count,
    founded_date,
    is_on_call,
    point_lon,
    point_lat,
    point_read_how,
    town_read_how,
    landing_ref
from rows_in

-- One row per team: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__teams', ['team_no']) }}
)

select
    district_code,
    team_no,
    team_name,
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
    duty_mode_word,
    member_count,
    capability_grade,
    is_insured,
    founded_date,
    {{ as_sent('founded_date') }} as founded_date_text,
    dissolved_date,
    {{ as_sent('dissolved_date') }} as dissolved_date_text,
    landing_ref
from landed

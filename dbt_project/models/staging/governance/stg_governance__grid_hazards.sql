-- One row per hazard found by a grid: the newest accepted version of what the four platforms sent.
with landed as (
    {{ newest_accepted('governance__grid_hazards', ['hazard_no']) }}
)

select
    district_code,
    hazard_no,
    grid_code,
    town_code,
    town_name,
    town_read_how,
    firm_name,
    firm_name_key,
    place,
    hazard_text,
    grade_word,
    grade_word_code,
    found_by_word,
    lon,
    lat,
    point_lon,
    point_lat,
    point_read_how,
    found_at,
    deadline_date,
    {{ as_sent('deadline_date') }} as deadline_date_text,
    status_word,
    status_word_code,
    updated_at,
    landing_ref
from landed

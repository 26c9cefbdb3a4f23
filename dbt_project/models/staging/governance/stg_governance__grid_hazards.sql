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
    firm_name,
    place,
    hazard_text,
    grade_word,
    found_by_word,
    lon,
    lat,
    found_at,
    deadline_date,
    {{ as_sent('deadline_date') }} as deadline_date_text,
    status_word,
    updated_at,
    landing_ref
from landed

-- One row per hazard: the newest accepted version of what enforcement sent.
with landed as (
    {{ newest_accepted('enforcement__hazards', ['hazard_no']) }}
)

select
    district_code,
    hazard_no,
    inspection_no,
    firm_no,
    town_code,
    town_name,
    source_word,
    clause_code,
    hazard_text,
    grade_word,
    found_at,
    {{ as_sent('found_at') }} as found_at_text,
    deadline_date,
    {{ as_sent('deadline_date') }} as deadline_date_text,
    plan_date,
    lon,
    lat,
    point_lon,
    point_lat,
    point_read_how,
    status_word,
    landing_ref
from landed

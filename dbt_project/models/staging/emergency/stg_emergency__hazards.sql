-- One row per hazard: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__hazards', ['hazard_no']) }}
)

select
    district_code,
    hazard_no,
    source_word,
    category_code,
    grade_word,
    grade_word_code,
    firm_name,
    firm_name_key,
    uscc,
    {{ as_sent('uscc') }} as uscc_text,
    town_code,
    town_name,
    town_read_how,
    place,
    hazard_text,
    lon,
    lat,
    point_lon,
    point_lat,
    point_read_how,
    found_at,
    deadline_date,
    extended_date,
    {{ as_sent('extended_date') }} as extended_date_text,
    status_word,
    status_word_code,
    reward_yuan,
    updated_at,
    landing_ref
from landed

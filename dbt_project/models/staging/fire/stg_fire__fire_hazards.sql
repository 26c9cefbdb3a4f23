-- One row per fire hazard: the newest accepted version of what the fire brigade sent.
with landed as (
    {{ newest_accepted('fire__fire_hazards', ['hazard_no']) }}
)

select
    district_code,
    hazard_no,
    inspection_no,
    firm_name,
    firm_name_key,
    uscc,
    {{ as_sent('uscc') }} as uscc_text,
    town_code,
    town_name,
    town_read_how,
    place,
    hazard_text,
    grade_word,
    grade_word_code,
    lon,
    lat,
    point_lon,
    point_lat,
    point_read_how,
    found_at,
    deadline_date,
    {{ as_sent('deadline_date') }} as deadline_date_text,
    corrected_at,
    {{ as_sent('corrected_at') }} as corrected_at_text,
    status_word,
    status_word_code,
    updated_at,
    landing_ref
from landed

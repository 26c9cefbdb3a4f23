-- One row per firm file: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__enterprises', ['firm_no']) }}
)

select
    district_code,
    firm_no,
    firm_name,
    firm_name_key,
    uscc,
    {{ as_sent('uscc') }} as uscc_text,
    sector_word,
    town_code,
    town_name,
    town_read_how,
    is_key_sector,
    risk_colour_word,
    standard_grade_word,
    standard_valid_to_date,
    {{ as_sent('standard_valid_to_date') }} as standard_valid_to_date_text,
    is_liability_insured,
    is_online_supervised,
    lon,
    lat,
    point_lon,
    point_lat,
    point_read_how,
    registered_date,
    {{ as_sent('registered_date') }} as registered_date_text,
    landing_ref
from landed

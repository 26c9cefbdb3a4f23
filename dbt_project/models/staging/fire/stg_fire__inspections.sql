-- One row per inspection: the newest accepted version of what the fire brigade sent.
with landed as (
    {{ newest_accepted('fire__inspections', ['inspection_no']) }}
)

select
    district_code,
    inspection_no,
    uscc,
    {{ as_sent('uscc') }} as uscc_text,
    firm_name,
    firm_name_key,
    town_code,
    town_name,
    town_read_how,
    is_key_unit,
    inspected_at,
    hazard_count,
    result_word,
    updated_at,
    landing_ref
from landed

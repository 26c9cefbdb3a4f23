-- One row per version of a firm's line in the register that landed, withdrawn lines included.
with rows_in as ({{ every_version('firms__enterprises') }})

select
    district_code,
    enterprise_no as silo_number,
    enterprise_name as firm_name,
    enterprise_name_key as firm_name_key,
    status_word as status_word,
    town_code,
    town_name,
    _valid_at as valid_at,
    _recorded_at as recorded_at,
    is_withdrawn,
    landing_ref
from rows_in

-- One row per version of a firm's line in the register that landed, withdrawn lines included.
with rows_in as ({{ every_version('enforcement__enterprises') }})

select
    district_code,
    firm_no as silo_number,
    firm_name as firm_name,
    {{ firm_key('firm_name') }} as firm_name_key,
    enterprise_status as status_word,
    town_code,
    town_name,
    _valid_at as valid_at,
    _recorded_at as recorded_at,
    is_withdrawn,
    landing_ref
from rows_in

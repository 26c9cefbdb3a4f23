-- One row per piece of equipment that must be checked.
with rows_in as ({{ rows_of_firms('stg_firms__equipment_checks') }})

select
    district_code,
    equipment_no,
    enterprise_id,
    kind_word,
    checked_date,
    next_check_date,
    result_word,
    landing_ref
from rows_in

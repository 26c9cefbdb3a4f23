-- One row per licence of a firm.
with rows_in as ({{ rows_of_firms('stg_firms__licences') }})

select
    district_code,
    licence_no,
    enterprise_id,
    kind_word,
    issued_date,
    valid_to_date,
    status_word,
    landing_ref
from rows_in

-- One row per standardisation certificate of a firm.
with rows_in as ({{ rows_of_firms('stg_firms__standardisations') }})

select
    district_code,
    certificate_no,
    enterprise_id,
    level_word,
    issued_date,
    valid_to_date,
    landing_ref
from rows_in

-- One row per licence number: the newest accepted version of licences.
with rows_in as ({{ newest_accepted('firms__licences', ['licence_no']) }})

select
    district_code,
    licence_no,
    enterprise_no,
    kind_word,
    issuer_name,
    issued_date,
    valid_to_date,
    {{ as_sent('valid_to_date') }} as valid_to_date_text,
    status_word,
    landing_ref
from rows_in

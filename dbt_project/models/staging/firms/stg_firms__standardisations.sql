-- One row per certificate number: the newest accepted version of standardisation grade.
with rows_in as ({{ newest_accepted('firms__standardisations', ['certificate_no']) }})

select
    district_code,
    certificate_no,
    enterprise_no,
    level_word,
    standard_word,
    issued_date,
    valid_to_date,
    {{ as_sent('valid_to_date') }} as valid_to_date_text,
    landing_ref
from rows_in

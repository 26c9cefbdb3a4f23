-- One row per violation: the newest accepted version of what enforcement sent.
with landed as (
    {{ newest_accepted('enforcement__violations', ['record_no']) }}
)

select
    district_code,
    record_no,
    firm_no,
    inspection_no,
    {{ person_forms('person_name', 'id_number') }},
    person_name_mask,
    id_number as person_hash,
    id_number_mask as person_id_mask,
    id_number_birth_date as birth_date,
    kind_word,
    found_date,
    measure_word,
    landing_ref
from landed

-- One row per certificate record: the newest accepted version of certificates of managers.
with rows_in as ({{ newest_accepted('training__manager_certificates', ['certificate_id']) }})

select
    district_code,
    certificate_id,
    learner_id,
    {{ person_forms('person_name', 'id_number') }},
    person_name_mask,
    {{ digest("id_number || '|' || person_name") }} as name_under_identity_key,
    id_number as person_hash,
    id_number_mask as person_id_mask,
    id_number_birth_date as birth_date,
    unit_name,
    uscc,
    {{ as_sent('uscc') }} as uscc_text,
    uscc_read_how,
    role_word,
    cert_no,
    training_hours,
    issued_date,
    valid_to_date,
    {{ as_sent('valid_to_date') }} as valid_to_date_text,
    reviewed_date,
    landing_ref
from rows_in

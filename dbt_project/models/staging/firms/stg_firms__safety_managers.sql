-- One row per record number: the newest accepted version of principals and safety managers.
with rows_in as ({{ newest_accepted('firms__safety_managers', ['record_no']) }})

select
    district_code,
    record_no,
    enterprise_no,
    {{ person_forms('person_name', 'id_number') }},
    person_name_mask,
    {{ digest("id_number || '|' || person_name") }} as name_under_identity_key,
    id_number as person_hash,
    id_number_mask as person_id_mask,
    id_number_birth_date as birth_date,
    phone as phone_hash,
    phone_mask,
    role_word,
    cert_no,
    appointed_date,
    assessed_date,
    valid_to_date,
    {{ as_sent('valid_to_date') }} as valid_to_date_text,
    yearly_training_hours,
    left_date,
    landing_ref
from rows_in

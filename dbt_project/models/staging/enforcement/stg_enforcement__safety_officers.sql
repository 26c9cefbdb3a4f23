-- One row per record of a firm's principal or safety officer.
with rows_in as ({{ newest_accepted('enforcement__safety_officers', ['record_no']) }})

select
    district_code,
    record_no,
    firm_no,
    id_number as person_hash,
    id_number_mask as person_id_mask,
    id_number_birth_date as birth_date,
    {{ person_forms('person_name', 'id_number') }},
    person_name_mask,
    {{ digest("id_number || '|' || person_name") }} as name_under_identity_key,
    {{ digest("person_name || '|' || record_no") }} as name_phone_key,
    role_word,
    cert_no_mask,
    cert_no is not null as has_cert_no,
    appointed_date,
    issued_date,
    valid_to_date,
    {{ as_sent('valid_to_date') }} as valid_to_date_text,
    landing_ref
from rows_in

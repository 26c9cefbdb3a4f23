-- One row per certificate number: the newest accepted version of first-aid certificate holders.
with rows_in as ({{ newest_accepted('health__first_aid_holders', ['cert_no']) }})

select
    district_code,
    cert_no,
    {{ person_forms('person_name', 'id_number') }},
    person_name_mask,
    {{ digest("id_number || '|' || person_name") }} as name_under_identity_key,
    id_number as person_hash,
    id_number_mask as person_id_mask,
    id_number_birth_date as birth_date,
    town_name,
    unit_name,
    level_word,
    issued_date,
    valid_to_date,
    {{ as_sent('valid_to_date') }} as valid_to_date_text,
    town_read_how,
    landing_ref
from rows_in

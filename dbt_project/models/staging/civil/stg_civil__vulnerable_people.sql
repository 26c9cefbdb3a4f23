-- One row per person number: the newest accepted version of people in need.
with rows_in as ({{ newest_accepted('civil__vulnerable_people', ['person_no']) }})

select
    district_code,
    person_no,
    person_name as name_hash,
    person_name_mask,
    {{ digest("id_number || '|' || person_name") }} as name_under_identity_key,
    id_number as person_hash,
    id_number_mask as person_id_mask,
    id_number_birth_date as birth_date,
    category_word as category_word_hash,
    category_word_mask,
    town_name,
    village_code,
    home_address_mask,
    guardian_name_mask,
    guardian_phone as guardian_phone_hash,
    guardian_phone_mask,
    helper_name_mask,
    helper_phone as helper_phone_hash,
    helper_phone_mask,
    is_consented,
    verified_date,
    status_word,
    town_read_how,
    landing_ref
from rows_in

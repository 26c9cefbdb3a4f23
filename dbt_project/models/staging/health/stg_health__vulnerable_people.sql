-- One row per person number: the newest accepted version of vulnerable people.
with rows_in as ({{ newest_accepted('health__vulnerable_people', ['person_no']) }})

select
    district_code,
    person_no,
    person_name as name_hash,
    person_name_mask,
    {{ digest("id_number || '|' || person_name") }} as name_under_identity_key,
    id_number as person_hash,
    id_number_mask as person_id_mask,
    id_number_birth_date as birth_date,
    age_band_word,
    category_word as category_word_hash,
    category_word_mask,
    mobility_word as mobility_word_hash,
    mobility_word_mask,
    town_name,
    village_code,
    village_name,
    village_name_code,
    village_name_read_how,
    home_address_mask,
    phone as phone_hash,
    phone_mask,
    is_consented,
    verified_date,
    status_word,
    status_date,
    town_read_how,
    landing_ref
from rows_in

-- One row per vulnerable person: the newest accepted version of what the four platforms sent.
with landed as (
    {{ newest_accepted('governance__vulnerable_persons', ['person_no']) }}
)

select
    district_code,
    person_no,
    person_kind_word,
    person_name as name_hash,
    person_name_mask,
    id_number as person_hash,
    id_number_mask as person_id_mask,
    id_number_birth_date as birth_date,
    phone as phone_hash,
    phone_mask,
    home_address_mask,
    town_code,
    town_name,
    town_read_how,
    grid_code,
    guardian_name_mask,
    helper_name_mask,
    helper_phone as helper_phone_hash,
    helper_phone_mask,
    has_consent,
    verified_date,
    {{ as_sent('verified_date') }} as verified_date_text,
    {{ digest("person_name || '|' || phone") }} as name_phone_key,
    landing_ref
from landed

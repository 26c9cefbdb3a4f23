-- One row per volunteer: the newest accepted version of what the four platforms sent.
with landed as (
    {{ newest_accepted('governance__volunteers', ['volunteer_no']) }}
)

select
    district_code,
    volunteer_no,
    {{ person_forms('person_name', 'id_number') }},
    person_name_mask,
    id_number as person_hash,
    id_number_mask as person_id_mask,
    id_number_birth_date as birth_date,
    phone as phone_hash,
    phone_mask,
    town_code,
    town_name,
    town_read_how,
    village_code,
    role_word,
    skill_word,
    registered_date,
    last_active_date,
    {{ as_sent('last_active_date') }} as last_active_date_text,
    hours_count,
    is_first_aid_certified,
    {{ digest("person_name || '|' || phone") }} as name_phone_key,
    landing_ref
from landed

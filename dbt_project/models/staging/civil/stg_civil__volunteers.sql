-- One row per volunteer number: the newest accepted version of emergency volunteers.
with rows_in as ({{ newest_accepted('civil__volunteers', ['volunteer_no']) }})

select
    district_code,
    volunteer_no,
    {{ person_forms('person_name', 'id_number') }},
    person_name_mask,
    {{ digest("id_number || '|' || person_name") }} as name_under_identity_key,
    id_number as person_hash,
    id_number_mask as person_id_mask,
    id_number_birth_date as birth_date,
    phone as phone_hash,
    phone_mask,
    role_word,
    skill_word,
    town_name,
    village_code,
    registered_date,
    yearly_hours,
    last_active_date,
    is_active,
    town_read_how,
    landing_ref
from rows_in

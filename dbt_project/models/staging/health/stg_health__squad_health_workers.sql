-- One row per record number: the newest accepted version of health workers in squads.
with rows_in as ({{ newest_accepted('health__squad_health_workers', ['record_no']) }})

select
    district_code,
    record_no,
    {{ person_forms('person_name', 'id_number') }},
    person_name_mask,
    {{ digest("id_number || '|' || person_name") }} as name_under_identity_key,
    id_number as person_hash,
    id_number_mask as person_id_mask,
    id_number_birth_date as birth_date,
    phone as phone_hash,
    phone_mask,
    squad_level_word,
    town_name,
    village_code,
    institution_no,
    skill_word,
    joined_date,
    left_date,
    town_read_how,
    landing_ref
from rows_in

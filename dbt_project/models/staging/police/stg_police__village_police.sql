-- One row per person of a village squad: the newest accepted version of what the police sent.
with landed as (
    {{ newest_accepted('police__village_police', ['record_no']) }}
)

select
    district_code,
    record_no,
    village_code,
    town_code,
    town_name,
    {{ person_forms('person_name', 'id_number') }},
    person_name_mask,
    id_number as person_hash,
    id_number_mask as person_id_mask,
    id_number_birth_date as birth_date,
    phone as phone_hash,
    phone_mask,
    role_word,
    task_word,
    assigned_date,
    {{ as_sent('assigned_date') }} as assigned_date_text,
    {{ digest("person_name || '|' || phone") }} as name_phone_key,
    landing_ref
from landed

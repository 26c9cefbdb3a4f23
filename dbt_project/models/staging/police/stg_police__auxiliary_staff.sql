-- One row per auxiliary of the police.
with rows_in as ({{ newest_accepted('police__auxiliary_staff', ['staff_no']) }})

select
    district_code,
    staff_no,
    id_number as person_hash,
    id_number_mask as person_id_mask,
    id_number_birth_date as birth_date,
    {{ person_forms('person_name', 'id_number') }},
    person_name_mask,
    {{ digest("person_name || '|' || coalesce(phone, staff_no)") }} as name_phone_key,
    phone as phone_hash,
    phone_mask,
    town_code,
    town_name,
    hired_date,
    left_date,
    landing_ref
from rows_in

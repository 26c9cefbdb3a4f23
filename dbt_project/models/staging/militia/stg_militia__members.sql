-- One row per member and quarter: the newest accepted version.
with rows_in as ({{ newest_accepted('militia__members', ['period', 'member_no']) }})

select
    district_code,
    period,
    member_no,
    squad_no,
    town_name,
    {{ person_forms('person_name', 'id_number') }},
    person_name_mask,
    id_number as person_hash,
    id_number_mask as person_id_mask,
    id_number_birth_date as birth_date,
    phone as phone_hash,
    phone_mask,
    post_word,
    militia_class_word,
    origin_word,
    skill_word,
    employer_name,
    is_duty_standby,
    joined_date,
    left_date,
    town_read_how,
    {{ digest("person_name || '|' || phone") }} as name_phone_key,
    landing_ref
from rows_in

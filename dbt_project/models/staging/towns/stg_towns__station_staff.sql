-- One row per person, unit and quarter: the newest accepted version.
with rows_in as ({{ newest_accepted('towns__station_staff', ['period', 'staff_no', 'unit_word']) }})

select
    district_code,
    period,
    town_code,
    town_name,
    staff_no,
    unit_word,
    {{ person_forms('person_name', 'id_number') }},
    person_name_mask,
    id_number as person_hash,
    id_number_mask as person_id_mask,
    id_number_birth_date as birth_date,
    phone as phone_hash,
    phone_mask,
    post_word,
    employment_word,
    education_word,
    major_text,
    exam_score,
    hired_date,
    left_date,
    leave_reason_text,
    town_read_how,
    {{ digest("person_name || '|' || phone") }} as name_phone_key,
    landing_ref
from rows_in

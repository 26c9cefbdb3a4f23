-- One row per person: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__staff', ['person_no']) }}
)

select
    district_code,
    person_no,
    station_no,
    {{ person_forms('person_name', 'id_number') }},
    person_name_mask,
    id_number as person_hash,
    id_number_mask as person_id_mask,
    id_number_birth_date as birth_date,
    phone as phone_hash,
    phone_mask,
    employment_word,
    education_word,
    major_name,
    is_major_related,
    is_registered_engineer,
    work_years_count,
    recruit_source_word,
    hired_date,
    left_date,
    {{ as_sent('left_date') }} as left_date_text,
    {{ digest("person_name || '|' || phone") }} as name_phone_key,
    landing_ref
from landed

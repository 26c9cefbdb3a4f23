-- One row per learner id: the newest accepted version of learners.
with rows_in as ({{ newest_accepted('training__learners', ['learner_id']) }})

select
    district_code,
    learner_id,
    {{ person_forms('person_name', 'id_number') }},
    person_name_mask,
    {{ digest("id_number || '|' || person_name") }} as name_under_identity_key,
    id_number as person_hash,
    id_number_mask as person_id_mask,
    id_number_birth_date as birth_date,
    phone as phone_hash,
    phone_mask,
    unit_kind_word,
    unit_name,
    uscc,
    {{ as_sent('uscc') }} as uscc_text,
    uscc_read_how,
    town_name,
    post_word,
    employment_word,
    hired_date,
    major,
    registered_at,
    town_read_how,
    {{ digest("person_name || '|' || phone") }} as name_phone_key,
    landing_ref
from rows_in

-- One row per grid worker: the newest accepted version of what the four platforms sent.
with landed as (
    {{ newest_accepted('governance__grid_workers', ['worker_no']) }}
)

select
    district_code,
    worker_no,
    {{ person_forms('person_name', 'id_number') }},
    person_name_mask,
    id_number as person_hash,
    id_number_mask as person_id_mask,
    id_number_birth_date as birth_date,
    phone as phone_hash,
    phone_mask,
    worker_kind_word,
    town_code,
    town_name,
    town_read_how,
    hired_date,
    {{ as_sent('hired_date') }} as hired_date_text,
    left_date,
    {{ as_sent('left_date') }} as left_date_text,
    is_disaster_reporter,
    {{ digest("person_name || '|' || phone") }} as name_phone_key,
    landing_ref
from landed

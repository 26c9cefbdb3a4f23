-- One row per contact: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__contacts', ['contact_no']) }}
)

select
    district_code,
    contact_no,
    unit_no,
    post_word,
    {{ person_forms('person_name') }},
    person_name_mask,
    phone as phone_hash,
    phone_mask,
    verified_date,
    {{ as_sent('verified_date') }} as verified_date_text,
    {{ digest("person_name || '|' || phone") }} as name_phone_key,
    landing_ref
from landed

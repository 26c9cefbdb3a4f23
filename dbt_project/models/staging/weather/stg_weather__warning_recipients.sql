-- One row per recipient: the newest accepted version of what the weather office sent.
with landed as (
    {{ newest_accepted('weather__warning_recipients', ['recipient_no']) }}
)

select
    district_code,
    recipient_no,
    recipient_kind_word,
    recipient_name,
    dept_code,
    town_code,
    town_name,
    village_code,
    {{ person_forms('person_name') }},
    person_name_mask,
    phone as phone_hash,
    phone_mask,
    channel_word,
    ack_limit_minutes,
    valid_from_date,
    {{ digest("person_name || '|' || phone") }} as name_phone_key,
    landing_ref
from landed

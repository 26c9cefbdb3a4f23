-- One row per village x role: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__village_duty_holders', ['holder_no']) }}
)

select
    district_code,
    holder_no,
    village_code,
    village_name,
    village_name_code,
    town_code,
    town_name,
    town_read_how,
    station_no,
    role_word,
    {{ person_forms('person_name') }},
    person_name_mask,
    phone as phone_hash,
    phone_mask,
    verified_date,
    {{ as_sent('verified_date') }} as verified_date_text,
    {{ digest("person_name || '|' || phone") }} as name_phone_key,
    landing_ref
from landed

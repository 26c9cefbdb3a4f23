-- One row per village: the newest accepted version of what the four platforms sent.
with landed as (
    {{ newest_accepted('governance__villages', ['village_code']) }}
)

select
    district_code,
    village_code,
    village_name,
    village_name_code,
    town_code,
    town_name,
    town_read_how,
    station_name,
    {{ person_forms('duty_holder_name') }},
    duty_holder_name_mask,
    duty_holder_phone as duty_holder_phone_hash,
    duty_holder_phone_mask,
    household_count,
    resident_count,
    party_service_count,
    landing_ref
from landed

-- One row per village x device: the newest accepted version of what the four platforms sent.
with landed as (
    {{ newest_accepted('governance__village_devices', ['place_no']) }}
)

select
    district_code,
    place_no,
    village_code,
    town_code,
    town_name,
    town_read_how,
    device_type_word,
    required_count,
    installed_count,
    online_count,
    counted_date,
    landing_ref
from landed

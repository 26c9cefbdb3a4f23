-- One row per place x device: the newest accepted version of what the fire brigade sent.
with landed as (
    {{ newest_accepted('fire__device_coverage', ['place_no']) }}
)

select
    district_code,
    place_no,
    place_name,
    place_type_word,
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

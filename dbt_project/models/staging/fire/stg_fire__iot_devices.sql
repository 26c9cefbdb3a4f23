-- One row per device: the newest accepted version of what the fire brigade sent.
with landed as (
    {{ newest_accepted('fire__iot_devices', ['device_no']) }}
)

select
    district_code,
    device_no,
    device_type_word,
    place_type_word,
    uscc,
    {{ as_sent('uscc') }} as uscc_text,
    village_code,
    town_code,
    town_name,
    town_read_how,
    lon,
    lat,
    point_lon,
    point_lat,
    point_read_how,
    device_status_word,
    installed_date,
    replaced_date,
    {{ as_sent('replaced_date') }} as replaced_date_text,
    replaced_date_read_how,
    last_heard_at,
    {{ as_sent('last_heard_at') }} as last_heard_at_text,
    landing_ref
from landed

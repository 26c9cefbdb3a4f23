-- One row per device code: the newest accepted version of cameras of crowded venues.
with rows_in as ({{ newest_accepted('firms__venue_cameras', ['camera_code']) }})

select
    district_code,
    camera_code,
    enterprise_no,
    owner_uscc,
    {{ as_sent('owner_uscc') }} as owner_uscc_text,
    owner_uscc_read_how,
    venue_type_word,
    place,
    lon,
    lat,
    is_online,
    last_seen_at,
    point_lon,
    point_lat,
    point_read_how,
    landing_ref
from rows_in

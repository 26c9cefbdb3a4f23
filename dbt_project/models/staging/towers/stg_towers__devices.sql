-- One row per device: the newest accepted version of what towers sent.
with landed as (
    {{ newest_accepted('towers__devices', ['device_id']) }}
)

select
    district_code,
    device_id,
    device_type as device_word,
    site_id,
    place_type,
    place_code,
    town_code,
    town_name,
    lon as lon_gcj02,
    lat as lat_gcj02,
    point_lon,
    point_lat,
    point_read_how,
    installed_at,
    removed_at,
    landing_ref
from landed

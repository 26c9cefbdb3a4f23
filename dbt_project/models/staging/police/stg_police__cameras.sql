-- One row per camera: the newest accepted version of what police sent.
with landed as (
    {{ newest_accepted('police__cameras', ['camera_code']) }}
)

select
    district_code,
    camera_code,
    camera_name,
    town_code,
    town_name,
    lon,
    lat,
    point_lon,
    point_lat,
    point_read_how,
    camera_status as status_word,
    installed_date,
    last_seen_at,
    landing_ref
from landed

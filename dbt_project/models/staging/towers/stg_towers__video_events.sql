-- One row per event id: the newest accepted version of what the tower company sent.
with landed as (
    {{ newest_accepted('towers__video_events', ['event_id']) }}
)

select
    district_code,
    event_id,
    camera_code,
    site_id,
    event_kind_word,
    town_code,
    town_name,
    lon,
    lat,
    point_lon,
    point_lat,
    point_read_how,
    seen_at,
    pushed_at,
    confirmed_at,
    is_true,
    updated_at,
    landing_ref
from landed

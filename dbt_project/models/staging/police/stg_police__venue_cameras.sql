-- One row per camera: the newest accepted version of what the police sent.
with landed as (
    {{ newest_accepted('police__venue_cameras', ['camera_code']) }}
)

select
    district_code,
    camera_code,
    camera_name,
    uscc,
    {{ as_sent('uscc') }} as uscc_text,
    venue_name,
    venue_kind_word,
    town_code,
    town_name,
    lon,
    lat,
    point_lon,
    point_lat,
    point_read_how,
    camera_status,
    connected_date,
    {{ as_sent('connected_date') }} as connected_date_text,
    last_seen_at,
    {{ as_sent('last_seen_at') }} as last_seen_at_text,
    landing_ref
from landed

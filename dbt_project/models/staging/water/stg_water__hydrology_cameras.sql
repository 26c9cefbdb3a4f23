-- One row per hydrology camera: the newest accepted version of what water sent.
with landed as (
    {{ newest_accepted('water__hydrology_cameras', ['camera_code']) }}
)

select
    district_code,
    camera_code,
    stcd as station_code,
    camera_name,
    camera_status as status_word,
    last_seen_at,
    landing_ref
from landed

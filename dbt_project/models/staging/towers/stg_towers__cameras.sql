-- One row per camera: the newest accepted version of what the tower company sent.
with landed as (
    {{ newest_accepted('towers__cameras', ['camera_code']) }}
)

select
    district_code,
    camera_code,
    site_id,
    device_id,
    height_m,
    view_radius_km,
    azimuth_deg,
    has_thermal,
    camera_status,
    installed_at,
    landing_ref
from landed

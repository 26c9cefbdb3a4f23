-- One row per tower site: the newest accepted version of what towers sent.
with landed as (
    {{ newest_accepted('towers__sites', ['site_id']) }}
)

select
    district_code,
    site_id,
    site_name,
    town_code,
    town_name,
    lon as lon_gcj02,
    lat as lat_gcj02,
    point_lon,
    point_lat,
    point_read_how,
    height_m,
    view_radius_km,
    built_at,
    landing_ref
from landed

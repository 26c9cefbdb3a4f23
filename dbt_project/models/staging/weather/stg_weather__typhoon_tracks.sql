-- One row per point of a track: the newest accepted version of what the weather office sent.
with landed as (
    {{ newest_accepted('weather__typhoon_tracks', ['point_no']) }}
)

select
    district_code,
    point_no,
    typhoon_no,
    typhoon_name,
    observed_at,
    lon,
    lat,
    point_lon,
    point_lat,
    point_read_how,
    wind_ms,
    pressure_hpa,
    landfall_place_name,
    updated_at,
    landing_ref
from landed

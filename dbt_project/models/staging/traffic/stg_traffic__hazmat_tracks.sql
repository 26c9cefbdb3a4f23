-- One row per vehicle x moment: the newest accepted version of what the traffic bureau sent.
with landed as (
    {{ newest_accepted('traffic__hazmat_tracks', ['vehicle_no', 'located_at']) }}
)

select
    district_code,
    vehicle_no,
    located_at,
    lon,
    lat,
    point_lon,
    point_lat,
    point_read_how,
    speed_kmh,
    is_loaded,
    landing_ref
from landed

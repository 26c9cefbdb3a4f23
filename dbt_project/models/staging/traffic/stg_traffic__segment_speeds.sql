-- One row per road segment x hour: the newest accepted version of what the traffic bureau sent.
with landed as (
    {{ newest_accepted('traffic__segment_speeds', ['segment_no', 'hour_at']) }}
)

select
    district_code,
    segment_no,
    hour_at,
    speed_kmh,
    vehicle_count,
    landing_ref
from landed

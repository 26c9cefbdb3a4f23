-- One row per device x day: the newest accepted version of what towers sent.
with landed as (
    {{ newest_accepted('towers__heartbeats', ['device_id', 'day_at']) }}
)

select
    district_code,
    device_id,
    day_at,
    due_count,
    received_count,
    data_count,
    received_at,
    landing_ref
from landed

-- One row per station x rain day: the newest accepted version of what the weather office sent.
with landed as (
    {{ newest_accepted('weather__daily_rain', ['station_no', 'rain_date']) }}
)

select
    district_code,
    station_no,
    rain_date,
    begins_at,
    ends_at,
    rain_mm,
    updated_at,
    landing_ref
from landed

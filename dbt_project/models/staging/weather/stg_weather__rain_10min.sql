-- One row per station x ten minutes: the newest accepted version of what the weather office sent.
with landed as (
    {{ newest_accepted('weather__rain_10min', ['station_no', 'observed_at']) }}
)

select
    district_code,
    station_no,
    observed_at,
    rain_mm,
    rain_since_20_mm,
    sent_at,
    landing_ref
from landed

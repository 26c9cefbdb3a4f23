-- One row per station x time: the newest accepted version of what water sent.
with landed as (
    {{ newest_accepted('water__st_pptn_r', ['stcd', 'tm']) }}
)

select
    district_code,
    stcd as station_code,
    tm as measured_at,
    drp as rain_mm,
    {{ as_sent('drp') }} as rain_mm_text,
    intv as interval_minutes,
    pdr as duration_minutes,
    dyp as day_rain_mm,
    wth as weather_word,
    landing_ref
from landed

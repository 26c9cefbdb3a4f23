-- One row per forecast of a town: the newest accepted version of what the weather office sent.
with landed as (
    {{ newest_accepted('weather__forecasts', ['forecast_no']) }}
)

select
    district_code,
    forecast_no,
    town_code,
    town_name,
    issued_at,
    valid_from_at,
    valid_to_at,
    weather_word,
    rain_mm,
    temperature_max_c,
    temperature_min_c,
    wind_level,
    updated_at,
    landing_ref
from landed

-- One row per station: the newest accepted version of what the weather office sent.
with landed as (
    {{ newest_accepted('weather__stations', ['station_no']) }}
)

select
    district_code,
    station_no,
    station_name,
    station_kind_word,
    town_code,
    town_name,
    lon,
    lat,
    point_lon,
    point_lat,
    point_read_how,
    altitude_m,
    opened_date,
    {{ as_sent('opened_date') }} as opened_date_text,
    landing_ref
from landed

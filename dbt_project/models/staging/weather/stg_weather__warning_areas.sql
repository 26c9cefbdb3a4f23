-- One row per signal x town: the newest accepted version of what the weather office sent.
with landed as (
    {{ newest_accepted('weather__warning_areas', ['area_no']) }}
)

select
    district_code,
    area_no,
    signal_no,
    town_code,
    town_name,
    issued_at,
    updated_at,
    landing_ref
from landed

-- One row per tide station x time: the newest accepted version of what the water bureau sent.
with landed as (
    {{ newest_accepted('water__st_tide_r', ['stcd', 'tm']) }}
)

select
    district_code,
    stcd,
    tm,
    tdz,
    airp,
    tdptn,
    landing_ref
from landed

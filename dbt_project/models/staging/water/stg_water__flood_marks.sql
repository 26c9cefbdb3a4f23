-- One row per river station: the newest accepted version of what water sent.
with landed as (
    {{ newest_accepted('water__st_rvfcch_b', ['stcd']) }}
)

select
    district_code,
    stcd as station_code,
    wrz as warning_level_m,
    grz as guaranteed_level_m,
    obhtz as highest_level_m,
    landing_ref
from landed

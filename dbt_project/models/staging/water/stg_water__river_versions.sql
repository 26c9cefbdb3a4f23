-- One row per station x time x value sent, where more than one value was sent; revision 1 came first.
with landed as (
    {{ accepted_versions('water__st_river_r', ['stcd', 'tm']) }}
)

select
    district_code,
    stcd as station_code,
    tm as measured_at,
    z as level_m,
    revision,
    landing_ref
from landed

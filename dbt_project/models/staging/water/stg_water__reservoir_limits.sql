-- One row per reservoir x season: the newest accepted version of what water sent.
with landed as (
    {{ newest_accepted('water__st_rsvrfsr_b', ['stcd', 'bgmd']) }}
)

select
    district_code,
    stcd as station_code,
    bgmd as from_month_day,
    edmd as to_month_day,
    fsltdz as limit_level_m,
    fstp as season_word,
    landing_ref
from landed

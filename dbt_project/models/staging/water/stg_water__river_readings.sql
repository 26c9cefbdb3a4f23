-- One row per station x time: the newest accepted version of what water sent.
with landed as (
    {{ newest_accepted('water__st_river_r', ['stcd', 'tm']) }}
)

select
    district_code,
    stcd as station_code,
    tm as measured_at,
    z as level_m,
    {{ as_sent('z') }} as level_m_text,
    q as flow_m3s,
    wptn as tendency_code,
    landing_ref
from landed

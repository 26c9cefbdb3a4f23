-- One row per station x time: the newest accepted version of what water sent.
with landed as (
    {{ newest_accepted('water__st_rsvr_r', ['stcd', 'tm']) }}
)

select
    district_code,
    stcd as station_code,
    tm as measured_at,
    rz as level_m,
    {{ as_sent('rz') }} as level_m_text,
    inq as inflow_m3s,
    w as storage_million_m3,
    otq as outflow_m3s,
    rwptn as tendency_code,
    landing_ref
from landed

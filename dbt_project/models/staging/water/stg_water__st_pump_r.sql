-- One row per pumping station x time: the newest accepted version of what the water bureau sent.
with landed as (
    {{ newest_accepted('water__st_pump_r', ['stcd', 'tm']) }}
)

select
    district_code,
    stcd,
    tm,
    ppupz,
    ppdwz,
    omcn,
    ompwr,
    pmpq,
    landing_ref
from landed

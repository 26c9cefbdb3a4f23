-- One row per gate x time: the newest accepted version of what the water bureau sent.
with landed as (
    {{ newest_accepted('water__st_was_r', ['stcd', 'tm']) }}
)

select
    district_code,
    stcd,
    tm,
    upz,
    dwz,
    tgtq,
    supwptn,
    gate_count,
    gate_height_m,
    landing_ref
from landed

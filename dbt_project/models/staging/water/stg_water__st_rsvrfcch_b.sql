-- One row per reservoir: the newest accepted version of what the water bureau sent.
with landed as (
    {{ newest_accepted('water__st_rsvrfcch_b', ['stcd']) }}
)

select
    district_code,
    stcd,
    damel,
    ckflz,
    dsflz,
    normz,
    ddz,
    ttcp_mcm,
    landing_ref
from landed

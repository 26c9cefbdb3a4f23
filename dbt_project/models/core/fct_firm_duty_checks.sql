-- One row per check of a firm's duty desk.
with rows_in as ({{ rows_of_firms('stg_firms__duty_checks') }})

select
    district_code,
    check_no,
    enterprise_id,
    checked_at,
    is_answered,
    is_24h,
    landing_ref
from rows_in

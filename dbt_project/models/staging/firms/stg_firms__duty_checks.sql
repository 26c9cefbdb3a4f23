-- One row per check number: the newest accepted version of duty checks.
with rows_in as ({{ newest_accepted('firms__duty_checks', ['check_no']) }})

select
    district_code,
    check_no,
    enterprise_no,
    checked_at,
    is_answered,
    answered_at,
    is_24h,
    landing_ref
from rows_in

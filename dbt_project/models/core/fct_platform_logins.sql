-- One row per login to the emergency platform.
with logins as (select * from {{ ref('stg_emergency__login_logs') }})

select
    district_code,
    log_no,
    account_no,
    {{ local_date('logged_in_at') }} as login_date,
    logged_in_at,
    landing_ref
from logins

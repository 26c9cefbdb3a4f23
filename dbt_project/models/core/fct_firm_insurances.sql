-- One row per policy of work-safety liability insurance.
with rows_in as ({{ rows_of_firms('stg_firms__liability_insurances') }})

select
    district_code,
    policy_no,
    enterprise_id,
    from_date,
    to_date,
    landing_ref
from rows_in

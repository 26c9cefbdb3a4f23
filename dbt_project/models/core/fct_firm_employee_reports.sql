-- One row per report of an employee to the firm.
with rows_in as ({{ rows_of_firms('stg_firms__employee_reports') }})

select
    district_code,
    report_no,
    enterprise_id,
    reported_at,
    handled_at,
    landing_ref
from rows_in

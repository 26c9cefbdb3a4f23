-- One row per monthly report of a firm.
with rows_in as ({{ rows_of_firms('stg_firms__monthly_reports') }})

select
    district_code,
    enterprise_no || '-' || report_month as report_id,
    enterprise_id,
    report_month,
    submitted_at,
    is_declared_true,
    landing_ref
from rows_in

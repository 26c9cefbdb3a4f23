-- One row per report number: the newest accepted version of employee reports.
with rows_in as ({{ newest_accepted('firms__employee_reports', ['report_no']) }})

select
    district_code,
    report_no,
    enterprise_no,
    reported_at,
    report_text,
    is_verified,
    handled_at,
    feedback_at,
    landing_ref
from rows_in

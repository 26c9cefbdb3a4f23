-- One row per report of any kind that a department owed in the period; numerator 1 when it was found late or false, or no paper came by
-- its hour.
with reports as ({{ rows_of_periods('fct_incident_reports', 'due_at', unit='department') }}),

judged as (
    select
        *,
        case when finding_code = 'none' and written_at <= due_at then 0 else 1 end as is_late
    from reports
)

select
{{ evidence('DC03', 'department', 'incident_report', 'report_no', 'is_late', '1', 'due_at') }}
from judged

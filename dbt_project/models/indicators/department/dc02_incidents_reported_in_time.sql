-- One row per first report of an incident that a department owed in the period; numerator 1 when the call came within 30 minutes
-- and the paper within 60 of the bureau hearing of it. A report without a time that can be read was not in time.
with reports as (
    {{ rows_of_periods('fct_incident_reports', 'due_at', "facts.is_first_report", unit='department') }}
)

select
{{ evidence('DC02', 'department', 'incident_report', 'report_no', told_in_time(), '1', 'due_at') }}
from reports

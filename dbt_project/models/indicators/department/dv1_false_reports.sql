-- One row per report of an incident that the department owed in the period and that was found concealed or untrue.
with reports as ({{ rows_of_periods('fct_incident_reports', 'due_at', "facts.finding_code = 'false'", unit='department') }})

select
{{ evidence('DV1', 'department', 'incident_report', 'report_no', '1', '0', 'due_at') }}
from reports

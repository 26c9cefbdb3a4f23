-- One row per report of an incident by a town, due in the period, that was found false or late; denominator 1 where it was
-- false (瞒报, 谎报), which caps the town's grade lower.
with reports as (
    {{ rows_of_periods('fct_incident_reports', 'due_at', "facts.is_by_town and facts.finding_code in ('false', 'late')") }}
)

select
{{ evidence('V02', 'town_id', 'incident_report', 'report_no', '1', "case when finding_code = 'false' then 1 else 0 end", 'due_at') }}
from reports

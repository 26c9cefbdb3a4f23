-- One row per major hazard of the department's sector whose deadline falls in the period; numerator 1 when accepted events close it before.
with hazards as ({{ rows_of_periods('fct_sector_hazards', 'deadline_at', unit='department') }})

select
{{ evidence('DD01', 'department', 'sector_hazard', 'record_no', 'case when closed_at < deadline_at then 1 else 0 end', '1', 'deadline_at') }}
from hazards

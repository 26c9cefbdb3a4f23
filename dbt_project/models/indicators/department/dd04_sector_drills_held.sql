-- One row per drill that the department planned for the twelve months to period end; numerator 1 when it was held by then.
with drills as ({{ rows_of_years('fct_drills', 'planned_date', "facts.level_code = 'department'", unit='department') }})

select
{{ evidence('DD04', 'department', 'drill', 'drill_no', 'case when held_date <= end_date then 1 else 0 end', '1', 'planned_date') }}
from drills

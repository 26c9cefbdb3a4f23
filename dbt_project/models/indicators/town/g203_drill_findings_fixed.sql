-- One row per finding of a drill that the town was to mend in the period; numerator 1 when it was mended by its day.
with findings as ({{ rows_of_periods('fct_drill_findings', 'due_date') }})

select
{{ evidence('G203', 'town_id', 'drill_finding', 'finding_no', 'case when fixed_date <= due_date then 1 else 0 end', '1', 'due_date') }}
from findings

-- One row per inspection in the period; numerator is the number of hazards it found.
with inspections as ({{ rows_of_periods('fct_inspections', 'inspected_at') }})

select
{{ evidence('C204', 'town_id', 'inspection', 'inspection_id', 'hazard_count', '1', 'inspected_at') }}
from inspections

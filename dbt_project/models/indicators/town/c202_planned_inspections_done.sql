-- One row per plan line due in the period: inspections planned, and done by period end (never more than planned).
with done as ({{ planned_inspections('periods.start_date') }})

select
{{ evidence('C202', 'town_id', 'inspection_plan', 'inspection_plan_id', 'least(done_count, planned_count)', 'planned_count', 'planned_date') }}
from done
where town_id is not null

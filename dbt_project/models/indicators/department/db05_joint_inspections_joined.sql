-- One row per joint inspection of the period to which a department was invited; numerator 1 when it came.
with inspections as ({{ rows_of_periods('fct_joint_inspections', 'inspected_date', unit='department') }})

select
{{ evidence('DB05', 'department', 'joint_inspection', 'record_id', 'case when is_joined then 1 else 0 end', '1', 'inspected_date') }}
from inspections

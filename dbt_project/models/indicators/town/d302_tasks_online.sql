-- One row per task given to a town in the period; numerator 1 when it was handled on the platform.
with tasks as ({{ rows_of_periods('fct_platform_tasks', 'created_at') }})

select
{{ evidence('D302', 'town_id', 'task', 'task_no', 'case when is_online then 1 else 0 end', '1', 'created_at') }}
from tasks

-- One row per plan of the department itself in force at period end; numerator 1 when it is up to date, as G103 asks of towns.
with plans as ({{ plans_in_force("plans.level_code = 'department' and plans.department is not null") }}),

{{ plans_judged('department') }}

select
{{ evidence('DD03', 'department', 'plan', 'plan_no', 'case when is_current then 1 else 0 end', '1', 'coalesce(revised_date, approved_date)') }}
from judged

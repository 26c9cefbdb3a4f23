-- One row per turnout of a team of the department that was called in the period; numerator 1 when it came within the time of its plan.
-- A team whose arrival or plan nobody can read was not in time.
with turnouts as ({{ rows_of_periods('fct_department_turnouts', 'called_at', unit='department') }}),

judged as (
    select
        *,
        case when arrival_seconds between 0 and planned_seconds then 1 else 0 end as is_in_time
    from turnouts
)

select
{{ evidence('DB06', 'department', 'turnout', 'turnout_id', 'is_in_time', '1', 'called_at') }}
from judged

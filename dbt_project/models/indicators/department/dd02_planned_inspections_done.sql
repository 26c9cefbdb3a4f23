-- One row per line of the plan of inspections that fell in the twelve months to period end: inspections planned, and done by then (never
-- more than planned). The plan is of the department whose list it stands on.
{% set first_day = add_months(add_days('periods.end_date', 1), '-12') %}
with done as ({{ planned_inspections(first_day) }}),

departments as (select * from {{ ref('dim_departments') }} where silo = 'enforcement'),

owned as (
    select
        done.*,
        departments.department
    from done
    inner join departments on done.district_code = departments.district_code
)

select
{{ evidence('DD02', 'department', 'inspection_plan', 'inspection_plan_id', 'least(done_count, planned_count)', 'planned_count', 'planned_date') }}
from owned

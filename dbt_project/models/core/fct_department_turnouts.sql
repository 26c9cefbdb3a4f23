-- One row per turnout of a team that belongs to a department: the brigades of the fire service, and medical teams. With the seconds it
-- had by its plan, and took. Teams of towns, villages, firms and societies belong to none.
with turnouts as (select * from {{ ref('stg_emergency__turnouts') }}),

classes as (select * from {{ ref('fct_turnouts') }} where class_code = 'professional'),

departments as (select * from {{ ref('dim_departments') }}),

told as (
    select
        turnouts.district_code,
        'YJ-' || turnouts.turnout_no as turnout_id,
        'fire' as silo,
        turnouts.planned_minutes,
        turnouts.called_at,
        turnouts.arrived_at,
        turnouts.landing_ref
    from turnouts
    inner join classes
        on turnouts.district_code = classes.district_code
        and turnouts.turnout_no = classes.turnout_no
    union all
    select
        district_code,
        'WJ-' || dispatch_no as turnout_id,
        'health' as silo,
        plan_minutes as planned_minutes,
        called_at,
        arrived_at,
        landing_ref
    from {{ ref('stg_health__medical_dispatches') }}
)

select
    told.district_code,
    told.turnout_id,
    departments.department,
    60 * told.planned_minutes as planned_seconds,
    {{ seconds_between('told.called_at', 'told.arrived_at') }} as arrival_seconds,
    told.called_at,
    told.arrived_at,
    told.landing_ref
from told
left join departments
    on told.district_code = departments.district_code
    and told.silo = departments.silo

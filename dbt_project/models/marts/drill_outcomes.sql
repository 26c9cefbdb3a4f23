-- One row per kind of event, and one for drills of plans that name none (none), x period: drills of the district, departments, towns and
-- villages that were planned for the twelve months to period end, how many were held, and what became of what they found.
with drills as (select * from {{ ref('fct_drills') }} where level_code in ('district', 'department', 'town', 'village')),

plans as (select * from {{ ref('fct_plans') }}),

findings as (select * from {{ ref('fct_drill_findings') }}),

event_types as (select * from {{ ref('dim_event_types') }}),

periods as (select * from {{ ref('dim_periods') }}),

kinds as (
    select district_code, event_type_code, event_type_name from event_types
    union all
    select distinct district_code, 'none', cast(null as string) from periods
),

year_drills as (
    select
        drills.district_code,
        drills.drill_no,
        periods.period,
        periods.end_date,
        coalesce(event_types.event_type_code, 'none') as event_type_code,
        drills.held_date <= periods.end_date as is_held,
        coalesce(drills.is_cross_department, false) as is_cross_department
    from drills
    inner join periods
        on drills.district_code = periods.district_code
        and drills.planned_date between {{ add_months(add_days('periods.end_date', 1), '-12') }} and periods.end_date
    left join plans on drills.district_code = plans.district_code and drills.plan_no = plans.plan_no
    left join event_types
        on plans.district_code = event_types.district_code
        and plans.event_type_code = event_types.event_type_code
),

found as (
    select
        year_drills.district_code,
        year_drills.period,
        year_drills.drill_no,
        count(*) as finding_count,
        sum(case when findings.fixed_date <= year_drills.end_date then 1 else 0 end) as fixed_count,
        sum(case
            when findings.due_date < year_drills.end_date and coalesce(findings.fixed_date > year_drills.end_date, true) then 1
            else 0
        end) as overdue_count
    from year_drills
    inner join findings
        on year_drills.district_code = findings.district_code
        and year_drills.drill_no = findings.drill_no
    where year_drills.is_held
    group by year_drills.district_code, year_drills.period, year_drills.drill_no
),

summed as (
    select
        year_drills.district_code,
        year_drills.period,
        year_drills.event_type_code,
        count(*) as planned_count,
        sum(case when year_drills.is_held then 1 else 0 end) as held_count,
        sum(case when year_drills.is_held and year_drills.is_cross_department then 1 else 0 end) as cross_department_count,
        sum(coalesce(found.finding_count, 0)) as finding_count,
        sum(coalesce(found.fixed_count, 0)) as fixed_count,
        sum(coalesce(found.overdue_count, 0)) as overdue_count
    from year_drills
    left join found
        on year_drills.district_code = found.district_code
        and year_drills.period = found.period
        and year_drills.drill_no = found.drill_no
    group by year_drills.district_code, year_drills.period, year_drills.event_type_code
)

select
    cast(kinds.district_code as string) as district_code,
    cast(periods.period as string) as period,
    cast(kinds.event_type_code as string) as event_type_code,
    cast(kinds.event_type_name as string) as event_type_name,
    cast(coalesce(summed.planned_count, 0) as bigint) as planned_count,
    cast(coalesce(summed.held_count, 0) as bigint) as held_count,
    cast(coalesce(summed.cross_department_count, 0) as bigint) as cross_department_count,
    cast(coalesce(summed.finding_count, 0) as bigint) as finding_count,
    cast(coalesce(summed.fixed_count, 0) as bigint) as fixed_count,
    cast(coalesce(summed.overdue_count, 0) as bigint) as overdue_count
from kinds
inner join periods on kinds.district_code = periods.district_code
left join summed
    on kinds.district_code = summed.district_code
    and periods.period = summed.period
    and kinds.event_type_code = summed.event_type_code

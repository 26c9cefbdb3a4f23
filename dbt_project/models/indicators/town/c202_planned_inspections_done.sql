-- One row per plan line due in the period: inspections planned, and done by period end (never more than planned).
with plans as (select * from {{ ref('fct_inspection_plan') }}),

inspections as (select * from {{ ref('fct_inspections') }}),

periods as (select * from {{ ref('dim_periods') }}),

done as (
    select
        plans.district_code,
        plans.town_id,
        periods.period,
        plans.inspection_plan_id,
        plans.planned_count,
        plans.planned_date,
        plans.landing_ref,
        count(inspections.inspection_id) as done_count
    from plans
    inner join periods
        on plans.district_code = periods.district_code
        and plans.planned_date between periods.start_date and periods.end_date
    left join inspections
        on plans.district_code = inspections.district_code
        and plans.plan_no = inspections.plan_no
        and plans.firm_no = inspections.firm_no
        and inspections.inspected_at < periods.end_before_at
    where plans.town_id is not null and plans.planned_count > 0
    group by
        plans.district_code, plans.town_id, periods.period, plans.inspection_plan_id,
        plans.planned_count, plans.planned_date, plans.landing_ref
)

select
{{ evidence('C202', 'town_id', 'inspection_plan', 'inspection_plan_id', 'least(done_count, planned_count)', 'planned_count', 'planned_date') }}
from done

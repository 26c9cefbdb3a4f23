-- E504: one row per major hazard open at some time of the period whose days for the plan have run out by period end;
-- numerator 1 when no rectification plan came in those days. No such hazard: the item does not apply.
with hazards as (
    select * from {{ ref('fct_hazards') }} where enterprise_id is not null and is_major
),

periods as (select * from {{ ref('dim_periods') }}),

item as (select max(window_days) as window_days from {{ ref('method_enterprise_items') }} where item_code = 'E504')

select
    hazards.district_code,
    'E504' as indicator_code,
    hazards.enterprise_id as unit_id,
    periods.period as period,
    'hazard' as entity_type,
    hazards.hazard_id as entity_id,
    cast(case when hazards.plan_date <= {{ add_days(local_date('hazards.found_at'), 'item.window_days') }} then 0 else 1 end as decimal(18, 6)) as numerator,
    cast(1 as decimal(18, 6)) as denominator,
    hazards.found_at as occurred_at,
    hazards.landing_ref as landing_ref
from hazards
inner join periods
    on hazards.district_code = periods.district_code
    and (hazards.closed_at is null or hazards.closed_at >= periods.start_at)
cross join item
where {{ add_days(local_date('hazards.found_at'), 'item.window_days') }} <= periods.end_date

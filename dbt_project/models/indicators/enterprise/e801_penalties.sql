-- E801: one row per penalty decided in the item's window, numerator 1, with daily fines 3; and one row per firm that says
-- its name was looked up in the case register. No case register at all: no rows, the item is not reported.
with firms as (select * from {{ ref('dim_enterprises') }} where is_rated_unit),

cases as (select * from {{ ref('fct_cases') }} where enterprise_id is not null),

periods as (select * from {{ ref('dim_periods') }}),

item as (select max(window_months) as window_months from {{ ref('method_enterprise_items') }} where item_code = 'E801'),

register as (select count(*) as case_count from {{ ref('fct_cases') }})

select
    firms.district_code,
    'E801' as indicator_code,
    firms.enterprise_id as unit_id,
    periods.period as period,
    'register' as entity_type,
    firms.firm_no as entity_id,
    cast(0 as decimal(18, 6)) as numerator,
    cast(1 as decimal(18, 6)) as denominator,
    cast(null as timestamp) as occurred_at,
    firms.landing_ref as landing_ref
from firms
inner join periods on firms.district_code = periods.district_code
cross join register
where register.case_count > 0
union all
select
    cases.district_code,
    'E801' as indicator_code,
    cases.enterprise_id as unit_id,
    periods.period as period,
    'case' as entity_type,
    cases.case_id as entity_id,
    cast(case when cases.is_daily_fine then 3 else 1 end as decimal(18, 6)) as numerator,
    cast(0 as decimal(18, 6)) as denominator,
    cast(cases.decided_date as timestamp) as occurred_at,
    cases.landing_ref as landing_ref
from cases
inner join periods
    on cases.district_code = periods.district_code
    and cases.decided_date <= periods.end_date
cross join item
where cases.decided_date > {{ add_months('periods.end_date', '-item.window_months') }}

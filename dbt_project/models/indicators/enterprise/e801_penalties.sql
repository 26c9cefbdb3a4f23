-- E801: one row per penalty decided in the item's window, numerator 1, with daily fines 3; and one row per firm that says
-- its name was looked up in the case register. No case register at all: no rows, the item is not reported.
with cases as (select * from {{ ref('fct_cases') }} where enterprise_id is not null),

periods as (select * from {{ ref('dim_periods') }}),

item as (select max(window_months) as window_months from {{ ref('method_enterprise_items') }} where item_code = 'E801')

{{ register_evidence('E801', 'fct_cases') }}
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

-- E702: one row per accident of the item's window of the lowest grade or above, numerator 1; and one row per firm that says its name was
-- looked up. No register of accidents at all: no rows, the item is not reported.
with firms as (select * from {{ ref('dim_enterprises') }} where is_rated_unit),

accidents as ({{ rows_of_years('fct_firm_accidents', 'occurred_at', "facts.grade_code not in ('below', 'unknown')", unit='enterprise_id') }}),

register as (select count(*) as accident_count from {{ ref('fct_firm_accidents') }})

select
    firms.district_code,
    'E702' as indicator_code,
    firms.enterprise_id as unit_id,
    periods.period as period,
    'register' as entity_type,
    firms.firm_no as entity_id,
    cast(0 as decimal(18, 6)) as numerator,
    cast(1 as decimal(18, 6)) as denominator,
    cast(null as timestamp) as occurred_at,
    firms.landing_ref as landing_ref
from firms
inner join {{ ref('dim_periods') }} as periods on firms.district_code = periods.district_code
cross join register
where register.accident_count > 0
union all
select
{{ evidence('E702', 'enterprise_id', 'firm_accident', 'accident_id', '1', '0', 'occurred_at') }}
from accidents

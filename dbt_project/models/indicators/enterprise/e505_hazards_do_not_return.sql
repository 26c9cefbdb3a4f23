-- E505: one row per hazard found in the period; numerator 1 when the same firm and clause had one closed at most
-- 180 days before. Inspections and other hazards of the last 12 months stand as receipts: 0 of 0.
with hazards as (
    select * from {{ ref('fct_hazards') }} where enterprise_id is not null
),

periods as (select * from {{ ref('dim_periods') }}),

item as (
    select max(window_months) as window_months, max(window_days) as window_days
    from {{ ref('method_enterprise_items') }} where item_code = 'E505'
),

repeats as (
    select distinct later.hazard_id
    from hazards as later
    inner join hazards as earlier
        on later.enterprise_id = earlier.enterprise_id
        and later.clause_code = earlier.clause_code
        and later.hazard_id <> earlier.hazard_id
        and earlier.closed_at <= later.found_at
    cross join item
    where {{ days_between(local_date('earlier.closed_at'), local_date('later.found_at')) }} <= item.window_days
),

dated as (
    select
        hazards.*,
        periods.period,
        hazards.found_at >= periods.start_at as is_in_period,
        repeats.hazard_id is not null as is_repeat
    from hazards
    inner join periods
        on hazards.district_code = periods.district_code
        and hazards.found_at < periods.end_before_at
    cross join item
    left join repeats on hazards.hazard_id = repeats.hazard_id
    where hazards.found_at >= {{ local_midnight(add_days(add_months('periods.end_date', '-item.window_months'), 1)) }}
)

select
{{ evidence('E505', 'enterprise_id', 'hazard', 'hazard_id', 'case when is_in_period and is_repeat then 1 else 0 end', 'case when is_in_period then 1 else 0 end', 'found_at') }}
from dated
union all
{{ inspection_evidence('E505', 0) }}

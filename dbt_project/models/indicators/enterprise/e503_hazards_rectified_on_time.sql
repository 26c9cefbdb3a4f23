-- E503: one row per hazard below major that fell due in the period; numerator 1 when it was closed by its deadline.
-- Inspections and other hazards of the last 12 months stand as receipts that somebody looked: 0 of 0.
with hazards as (
    select * from {{ ref('fct_hazards') }} where enterprise_id is not null
),

periods as (select * from {{ ref('dim_periods') }}),

item as (select max(window_months) as window_months from {{ ref('method_enterprise_items') }} where item_code = 'E503'),

dated as (
    select
        hazards.*,
        periods.period,
        not hazards.is_major
        and hazards.deadline_at > periods.start_at
        and hazards.deadline_at <= periods.end_before_at as is_due,
        coalesce(hazards.closed_at < hazards.deadline_at, false) as is_on_time
    from hazards
    inner join periods
        on hazards.district_code = periods.district_code
        and hazards.found_at < periods.end_before_at
    cross join item
    where hazards.found_at >= {{ local_midnight(add_days(add_months('periods.end_date', '-item.window_months'), 1)) }}
)

select
{{ evidence('E503', 'enterprise_id', 'hazard', 'hazard_id', 'case when is_due and is_on_time then 1 else 0 end', 'case when is_due then 1 else 0 end', 'found_at') }}
from dated
union all
{{ inspection_evidence('E503', 0) }}

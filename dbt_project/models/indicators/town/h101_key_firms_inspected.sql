-- One row per active key firm; numerator 1 when inspected in the twelve months to period end.
with firms as (select * from {{ ref('dim_enterprises') }}),

inspections as (select * from {{ ref('fct_inspections') }}),

periods as (select * from {{ ref('dim_periods') }}),

judged as (
    select
        firms.district_code,
        firms.town_id,
        periods.period,
        firms.enterprise_id,
        max(case when inspections.inspection_id is not null then 1 else 0 end) as is_inspected,
        max(inspections.inspected_at) as inspected_at,
        coalesce(
            max_by(inspections.landing_ref, cast(inspections.inspected_at as string) || inspections.landing_ref),
            firms.landing_ref
        ) as landing_ref
    from firms
    inner join periods on firms.district_code = periods.district_code
    left join inspections
        on firms.district_code = inspections.district_code
        and firms.enterprise_id = inspections.enterprise_id
        and inspections.inspected_at < periods.end_before_at
        and inspections.inspected_at >= {{ local_midnight(add_months(add_days('periods.end_date', 1), '-' ~ parameter('inspection_window_months'))) }}
    where firms.is_key and firms.is_active and firms.town_id is not null
    group by firms.district_code, firms.town_id, periods.period, firms.enterprise_id, firms.landing_ref
)

select
{{ evidence('H101', 'town_id', 'enterprise', 'enterprise_id', 'is_inspected', '1', 'inspected_at') }}
from judged

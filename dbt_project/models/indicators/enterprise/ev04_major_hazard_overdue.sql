-- EV04: one row per major hazard past its deadline and still open on the last day of the period.
with hazards as (
    select facts.*, periods.period
    from {{ ref('fct_hazards') }} as facts
    inner join {{ ref('dim_periods') }} as periods
        on facts.district_code = periods.district_code
        and facts.deadline_at < periods.end_before_at
        and (facts.closed_at is null or facts.closed_at >= periods.end_before_at)
    where facts.enterprise_id is not null and facts.is_major
)

select
{{ evidence('EV04', 'enterprise_id', 'hazard', 'hazard_id', '1', '1', 'found_at') }}
from hazards

-- One row per general hazard whose deadline falls in the period; numerator 1 when accepted events close it before the deadline.
with hazards as (select * from {{ ref('fct_hazards') }}),

periods as (select * from {{ ref('dim_periods') }}),

due as (
    select
        hazards.*,
        periods.period,
        case when hazards.closed_at < hazards.deadline_at then 1 else 0 end as is_on_time
    from hazards
    inner join periods
        on hazards.district_code = periods.district_code
        and hazards.deadline_at > periods.start_at
        and hazards.deadline_at <= periods.end_before_at
    where hazards.is_general and hazards.town_id is not null
)

select
{{ evidence('C301', 'town_id', 'hazard', 'hazard_id', 'is_on_time', '1', 'deadline_at') }}
from due

-- One row per major hazard that at some moment of the period was overdue by more than 30 days, still open and without a
-- control that the events prove. Closing it on the last day does not undo the days before.
with hazards as (select * from {{ ref('fct_hazards') }} where is_major and town_id is not null),

periods as (select * from {{ ref('dim_periods') }}),

late as (
    select
        hazards.*,
        periods.period,
        periods.start_at,
        periods.end_before_at,
        hazards.deadline_at + interval '1' day * cast({{ parameter('major_overdue_days') }} as integer) as late_from_at
    from hazards
    inner join periods on hazards.district_code = periods.district_code
)

select
{{ evidence('V03', 'town_id', 'hazard', 'hazard_id', '1', '0', 'late_from_at') }}
from late
where late_from_at < end_before_at
    and (closed_at is null or closed_at > greatest(late_from_at, start_at))
    and (controlled_at is null or controlled_at > greatest(late_from_at, start_at))

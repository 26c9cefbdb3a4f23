-- One row per real or false alarm (tests and repeats excluded) whose time limit ends in the period; numerator 1 in time.
with alarms as (select * from {{ ref('fct_alarms') }}),

periods as (select * from {{ ref('dim_periods') }}),

due as (
    select
        alarms.*,
        periods.period,
        case when alarms.is_closed_in_time then 1 else 0 end as is_on_time
    from alarms
    inner join periods
        on alarms.district_code = periods.district_code
        and alarms.due_at >= periods.start_at
        and alarms.due_at < periods.end_before_at
    where not alarms.is_test and not alarms.is_repeat and alarms.town_id is not null
)

select
{{ evidence('D203', 'town_id', 'alarm', 'alarm_id', 'is_on_time', '1', 'raised_at') }}
from due

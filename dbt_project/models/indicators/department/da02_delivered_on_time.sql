-- One row per delivery due in the period: 1 where it came in time and succeeded.
with logs as (select * from {{ ref('fct_exchange_logs') }}),

periods as (select * from {{ ref('dim_periods') }}),

due as (
    select
        logs.district_code,
        logs.department,
        periods.period,
        logs.log_no,
        case when logs.is_on_time then 1 else 0 end as on_time,
        logs.due_at,
        logs.landing_ref
    from logs
    inner join periods
        on logs.district_code = periods.district_code
        and logs.due_at >= periods.start_at
        and logs.due_at < periods.end_before_at
)

select
{{ evidence('DA02', 'department', 'delivery', 'log_no', 'on_time', '1', 'due_at') }}
from due

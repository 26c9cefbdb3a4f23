-- One row per device x period: heartbeats due (denominator) and received on days with data. The row points to the last
-- of its days; the days are in fct_device_days.
with days as (select * from {{ ref('fct_device_days') }}),

devices as (select * from {{ ref('dim_devices') }}),

periods as (select * from {{ ref('dim_periods') }}),

summed as (
    select
        days.district_code,
        devices.town_id,
        periods.period,
        days.device_id,
        sum(days.counted_count) as received_count,
        sum(days.due_count) as due_count,
        max(days.day_at) as last_day_at,
        max_by(days.landing_ref, days.day_at) as landing_ref
    from days
    inner join periods
        on days.district_code = periods.district_code
        and days.day_date between periods.start_date and periods.end_date
    inner join devices
        on days.district_code = devices.district_code
        and days.device_id = devices.device_id
    where devices.town_id is not null and days.due_count > 0
    group by days.district_code, devices.town_id, periods.period, days.device_id
)

select
{{ evidence('D102', 'town_id', 'device', 'device_id', 'received_count', 'due_count', 'last_day_at') }}
from summed

-- E405: one row per kind of device a key firm must have; numerator = share of the quarter's heartbeats that came from its
-- best device of that kind, 0 when none is installed. No heartbeat of anybody: no rows, the item is not reported.
with firms as (select * from {{ ref('dim_enterprises') }} where is_rated_unit and is_key),

periods as (select * from {{ ref('dim_periods') }}),

required as (select * from {{ ref('method_device_requirements') }} where place_kind = 'enterprise'),

devices as (select * from {{ ref('dim_devices') }} where place_type = 'enterprise'),

device_periods as (
    select
        days.device_id,
        periods.period,
        cast(sum(days.counted_count) as bigint) as counted_count,
        cast(sum(days.due_count) as bigint) as due_count
    from {{ ref('fct_device_days') }} as days
    inner join periods on days.day_date between periods.start_date and periods.end_date
    inner join devices on days.device_id = devices.device_id
    group by days.device_id, periods.period
),

reporting as (select distinct period from device_periods),

best as (
    select
        devices.place_code,
        devices.device_type,
        device_periods.period,
        devices.device_id,
        devices.landing_ref,
        {{ ratio('device_periods.counted_count', 'device_periods.due_count') }} as online_share
    from devices
    inner join device_periods on devices.device_id = device_periods.device_id
    qualify row_number() over (
        partition by devices.place_code, devices.device_type, device_periods.period
        order by {{ ratio('device_periods.counted_count', 'device_periods.due_count') }} desc nulls last, devices.device_id
    ) = 1
)

select
    firms.district_code,
    'E405' as indicator_code,
    firms.enterprise_id as unit_id,
    periods.period as period,
    'device' as entity_type,
    coalesce(best.device_id, 'missing-' || required.device_type) as entity_id,
    cast(coalesce(best.online_share, 0) as decimal(18, 6)) as numerator,
    cast(required.required_count as decimal(18, 6)) as denominator,
    cast(null as timestamp) as occurred_at,
    coalesce(best.landing_ref, firms.landing_ref) as landing_ref
from firms
inner join periods on firms.district_code = periods.district_code
inner join reporting on periods.period = reporting.period
inner join required
    on required.industry_code in ('any', firms.industry_code)
    and {{ last_day() }} between required.effective_from and required.effective_to
left join best
    on firms.uscc = best.place_code
    and required.device_type = best.device_type
    and periods.period = best.period

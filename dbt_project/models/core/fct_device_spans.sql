-- One row per device x span in which one piece of equipment stood under its number. A device that was replaced and kept its
-- number has two spans (#22): what was heard before the day is the old one's.
with devices as (select * from {{ ref('map_device_records') }}),

towers as (select * from {{ ref('stg_towers__devices') }}),

sensors as (select * from {{ ref('stg_fire__iot_devices') }}),

spans as (
    select
        district_code,
        {{ record_id_of('towers', 'devices', ['device_id'], 'towers') }} as record_id,
        1 as span_no,
        {{ local_date('installed_at') }} as from_date,
        {{ local_date('removed_at') }} as to_date,
        case when removed_at is null then 'in_use' else 'removed' end as end_code,
        landing_ref
    from towers
    union all
    select
        district_code,
        {{ record_id_of('fire', 'iot_devices', ['device_no'], 'sensors') }},
        1,
        installed_date,
        replaced_date,
        case when replaced_date is null then 'in_use' else 'replaced' end,
        landing_ref
    from sensors
    union all
    select
        district_code,
        {{ record_id_of('fire', 'iot_devices', ['device_no'], 'sensors') }},
        2,
        replaced_date,
        cast(null as date),
        'in_use',
        landing_ref
    from sensors
    where replaced_date is not null
)

select
    spans.district_code,
    devices.device_id,
    spans.span_no,
    devices.silo,
    spans.end_code,
    spans.from_date,
    spans.to_date,
    spans.landing_ref
from spans
inner join devices on spans.district_code = devices.district_code and spans.record_id = devices.record_id

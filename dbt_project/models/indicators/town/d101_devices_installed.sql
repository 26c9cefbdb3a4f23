-- One row per place x device it must have: required (denominator) and installed at period end, never more than required.
with requirements as (select * from {{ ref('method_device_requirements') }}),

firms as (select * from {{ ref('dim_enterprises') }}),

divisions as (select * from {{ ref('dim_divisions') }}),

devices as (select * from {{ ref('dim_devices') }}),

periods as (select * from {{ ref('dim_periods') }}),

places as (
    select district_code, town_id, 'enterprise' as place_kind, enterprise_id as place_id, uscc as place_code, industry_code, landing_ref
    from firms
    where is_key and is_active and town_id is not null
    union all
    select district_code, town_id, 'village', division_code, division_code, 'any', cast(null as string)
    from divisions
    where level_code = 'village' and is_current
),

required as (
    select
        places.district_code,
        places.town_id,
        places.place_id,
        places.place_code,
        places.place_kind,
        places.landing_ref,
        requirements.device_type,
        max(requirements.required_count) as required_count
    from places
    inner join requirements
        on places.place_kind = requirements.place_kind
        and requirements.industry_code in ('any', places.industry_code)
    group by
        places.district_code, places.town_id, places.place_id, places.place_code, places.place_kind,
        places.landing_ref, requirements.device_type
),

judged as (
    select
        required.district_code,
        required.town_id,
        periods.period,
        required.place_id,
        required.device_type,
        required.required_count,
        count(devices.device_id) as installed_count,
        min(devices.installed_at) as installed_at,
        coalesce(min(devices.landing_ref), required.landing_ref) as landing_ref
    from required
    inner join periods on required.district_code = periods.district_code
    left join devices
        on required.district_code = devices.district_code
        and devices.silo = 'towers'
        and required.place_kind = devices.place_type
        and required.place_code = devices.place_code
        and required.device_type = devices.device_type
        and (devices.installed_at is null or devices.installed_at < periods.end_before_at)
        and (devices.removed_at is null or devices.removed_at >= periods.end_before_at)
    group by
        required.district_code, required.town_id, periods.period, required.place_id, required.device_type,
        required.required_count, required.landing_ref
)

select
{{ evidence('D101', 'town_id', 'place', "place_id || ':' || device_type", 'least(installed_count, required_count)', 'required_count', 'installed_at') }}
from judged

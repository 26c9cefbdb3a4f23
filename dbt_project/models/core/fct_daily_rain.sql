{{ config(materialized='view') }}
-- One row per silo x station x day boundary x rain day x kind: rain of a day as a department reports it, and summed from its
-- ten-minute rows for each boundary. Days of two boundaries are two things: compare rows of one boundary only.
{%- set days = [('08-08', 8, 'from'), ('20-20', 20, 'to'), ('00-00', 0, 'from')] %}
with water_rain as (select * from {{ ref('stg_water__rain_readings') }}),

weather_rain as (select * from {{ ref('stg_weather__rain_10min') }}),

weather_days as (select * from {{ ref('stg_weather__daily_rain') }}),

parts as (
    select district_code, 'water' as silo, station_code, rain_mm, measured_at from water_rain
    union all
    select district_code, 'weather', station_no, rain_mm, observed_at from weather_rain
),

-- a reading at 08:00 is the rain up to 08:00: it ends its day
placed as (
    {%- for boundary, hour, label in days %}
    select
        district_code,
        silo,
        station_code,
        '{{ boundary }}' as boundary_code,
        cast({{ local_clock('measured_at') }} - interval '{{ hour }}' hour - interval '1' second as date) as begins_date,
        {{ hour }} as begins_hour,
        '{{ label }}' as named_by,
        rain_mm
    from parts
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

summed as (
    select
        district_code,
        silo,
        station_code,
        boundary_code,
        begins_date,
        begins_hour,
        named_by,
        'summed' as rain_kind,
        sum(rain_mm) as rain_mm,
        count(*) as reading_count,
        sum(case when rain_mm is null then 1 else 0 end) as unread_count,
        cast(null as string) as landing_ref
    from placed
    group by district_code, silo, station_code, boundary_code, begins_date, begins_hour, named_by
),

reported as (
    -- the hydrology station writes the day's rain beside the reading of 08:00
    select
        district_code,
        'water' as silo,
        station_code,
        '08-08' as boundary_code,
        cast({{ local_clock('measured_at') }} - interval '8' hour - interval '1' second as date) as begins_date,
        8 as begins_hour,
        'from' as named_by,
        day_rain_mm as rain_mm,
        landing_ref
    from water_rain
    where day_rain_mm is not null
    union all
    select
        district_code,
        'weather',
        station_no,
        '20-20',
        cast({{ local_clock('begins_at') }} as date),
        20,
        'to',
        rain_mm,
        landing_ref
    from weather_days
),

both_kinds as (
    select * from summed
    union all
    select
        district_code, silo, station_code, boundary_code, begins_date, begins_hour, named_by, 'reported', rain_mm, 1,
        case when rain_mm is null then 1 else 0 end, landing_ref
    from reported
)

select
    district_code,
    silo,
    station_code,
    boundary_code,
    -- hydrology names a day by its beginning, weather by its end
    case when named_by = 'to' then {{ add_days('begins_date', 1) }} else begins_date end as rain_date,
    rain_kind,
    cast(rain_mm as decimal(18, 6)) as rain_mm,
    cast(reading_count as bigint) as reading_count,
    cast(unread_count as bigint) as unread_count,
    {{ local_midnight('begins_date') }} + interval '1' hour * begins_hour as from_at,
    {{ local_midnight('begins_date') }} + interval '1' hour * (begins_hour + 24) as to_at,
    landing_ref
from both_kinds

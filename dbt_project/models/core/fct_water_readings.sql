{{ config(materialized='view') }}
-- One row per station x instant x quantity. A view: nothing is decided here and the readings are many.
with rain as (select * from {{ ref('stg_water__rain_readings') }}),

levels as (select * from {{ ref('fct_water_levels') }})

select
    district_code,
    station_code,
    'rain_mm' as quantity_code,
    -- rain has no height
    'none' as datum_code,
    cast(rain_mm as decimal(18, 6)) as reading,
    measured_at,
    landing_ref
from rain
union all
select district_code, station_code, quantity_code, datum_code, level_m, measured_at, landing_ref from levels

{{ config(materialized='view') }}
-- One row per station x instant x quantity. A view: nothing is decided here and the readings are many.
with rain as (select * from {{ ref('stg_water__rain_readings') }}),

rivers as (select * from {{ ref('stg_water__river_readings') }}),

reservoirs as (select * from {{ ref('stg_water__reservoir_readings') }})

select district_code, station_code, 'rain_mm' as quantity_code, cast(rain_mm as decimal(18, 6)) as reading, measured_at, landing_ref from rain
union all
select district_code, station_code, 'river_level_m', cast(level_m as decimal(18, 6)), measured_at, landing_ref from rivers
union all
select district_code, station_code, 'reservoir_level_m', cast(level_m as decimal(18, 6)), measured_at, landing_ref from reservoirs

{{ config(materialized='view') }}
-- One row per station x instant x quantity: water levels as sent, the datum they are above, and the level above the 1985
-- datum where a constant with a source allows it. Levels of two datums are never compared. A view: the levels are many.
with stations as (select * from {{ ref('dim_stations') }}),

{%- set levels = [
    ('stg_water__river_readings', 'st_river_r', 'river_level_m', 'station_code', 'measured_at', 'level_m'),
    ('stg_water__reservoir_readings', 'st_rsvr_r', 'reservoir_level_m', 'station_code', 'measured_at', 'level_m'),
    ('stg_water__st_was_r', 'st_was_r', 'gate_above_level_m', 'stcd', 'tm', 'upz'),
    ('stg_water__st_was_r', 'st_was_r', 'gate_below_level_m', 'stcd', 'tm', 'dwz'),
    ('stg_water__st_pump_r', 'st_pump_r', 'pump_above_level_m', 'stcd', 'tm', 'ppupz'),
    ('stg_water__st_pump_r', 'st_pump_r', 'pump_below_level_m', 'stcd', 'tm', 'ppdwz'),
    ('stg_water__st_tide_r', 'st_tide_r', 'tide_level_m', 'stcd', 'tm', 'tdz'),
] %}

levels as (
    {%- for model, table, quantity, station, at, value in levels %}
    select
        district_code,
        '{{ table }}' as table_name,
        '{{ quantity }}' as quantity_code,
        {{ station }} as station_code,
        cast({{ value }} as decimal(18, 6)) as level_m,
        {{ at }} as measured_at,
        landing_ref
    from {{ ref(model) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select
    levels.district_code,
    levels.table_name,
    levels.station_code,
    levels.quantity_code,
    stations.river_name,
    -- a station that the register does not know has told nobody its datum
    coalesce(stations.datum_code, 'not_given') as datum_code,
    levels.level_m,
    cast(levels.level_m + stations.offset_to_1985_m as decimal(18, 6)) as level_1985_m,
    levels.measured_at,
    levels.landing_ref
from levels
left join stations
    on levels.district_code = stations.district_code
    and levels.station_code = stations.station_code

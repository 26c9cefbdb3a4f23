{{ config(tags=['linkage_input']) }}
-- One row per store that departments list supplies in (the emergency bureau, water, civil affairs, brigades of the fire register), and per
-- seat of a town: where roads are searched from and to. In WGS-84; without a point it is still here.
select district_code, 'store' as point_kind, 'emergency:' || warehouse_no as point_id, warehouse_name as point_name, point_lon as lon, point_lat as lat
from {{ ref('stg_emergency__warehouses') }}
union all
select district_code, 'store', 'water:' || warehouse_no, warehouse_name, point_lon, point_lat
from {{ ref('stg_water__warehouses') }}
union all
select district_code, 'store', 'civil:' || warehouse_no, warehouse_name, point_lon, point_lat
from {{ ref('stg_civil__relief_warehouses') }}
union all
select district_code, 'store', 'fire:' || team_no, team_name, point_lon, point_lat
from {{ ref('stg_fire__teams') }}
where team_no in (select team_no from {{ ref('stg_fire__stock_items') }})
union all
select
    cast('{{ var("district_code") }}' as string),
    'seat',
    town_id,
    town_name_zh,
    cast(seat_lon as decimal(10, 6)),
    cast(seat_lat as decimal(10, 6))
from {{ ref('ref_towns') }}

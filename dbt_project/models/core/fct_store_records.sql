{{ config(tags=['linkage_input']) }}
-- One row per record of a store of emergency goods in any silo: the bureau's, the water office's, civil affairs', the fire
-- brigade's goods at a team, stores on the map of facilities. Which records are one store is decided in linkage.
{%- set of_teams = "inner join (select distinct district_code, team_no from " ~ ref('stg_fire__stock_items') ~ ") as goods on rows_in.district_code = goods.district_code and rows_in.team_no = goods.team_no" %}
{%- set columns = [
    ['store_name', 'string'], ['owner_code', 'string'], ['town_name', 'string'], ['area_m2', 'decimal(18, 2)'], ['keeper_phone_hash', 'string'], ['register_no', 'string'],
    ['lon', 'decimal(10, 6)'], ['lat', 'decimal(10, 6)'], ['seen_date', 'date'],
] %}
{%- set sources = [
    {'of': 'emergency__warehouses', 'key': ['warehouse_no'], 'store_name': 'rows_in.warehouse_name', 'owner_code': "coalesce(rows_in.owner_dept_code, 'YJ')", 'town_name': 'rows_in.town_name',
     'area_m2': 'rows_in.area_m2', 'keeper_phone_hash': 'rows_in.keeper_phone_hash', 'register_no': 'rows_in.warehouse_no', 'lon': 'rows_in.point_lon', 'lat': 'rows_in.point_lat'},
    {'of': 'water__warehouses', 'key': ['warehouse_no'], 'store_name': 'rows_in.warehouse_name', 'owner_code': "'SL'", 'town_name': 'rows_in.town_name', 'area_m2': 'rows_in.area_m2',
     'keeper_phone_hash': 'rows_in.keeper_phone_hash', 'register_no': 'rows_in.warehouse_no', 'lon': 'rows_in.point_lon', 'lat': 'rows_in.point_lat'},
    {'of': 'civil__relief_warehouses', 'key': ['warehouse_no'], 'store_name': 'rows_in.warehouse_name', 'owner_code': "'MZ'", 'town_name': 'rows_in.town_name', 'area_m2': 'rows_in.floor_area_m2',
     'keeper_phone_hash': 'rows_in.keeper_phone_hash', 'register_no': 'rows_in.warehouse_no', 'lon': 'rows_in.point_lon', 'lat': 'rows_in.point_lat'},
    {'of': 'fire__teams', 'key': ['team_no'], 'store_name': "rows_in.team_name || '器材库'", 'owner_code': "'XF'", 'town_name': 'rows_in.town_name', 'register_no': 'rows_in.team_no',
     'lon': 'rows_in.point_lon', 'lat': 'rows_in.point_lat', 'join': of_teams},
    {'of': 'resources__emergency_facilities', 'key': ['facility_no'], 'store_name': 'rows_in.facility_name', 'town_name': 'rows_in.town_name', 'register_no': 'rows_in.facility_no',
     'lon': 'rows_in.point_lon', 'lat': 'rows_in.point_lat', 'seen_date': 'rows_in.updated_date', 'where': "rows_in.kind_word = '物资仓库'"},
] %}

with records as ({{ record_rows(sources, columns) }}),

towns as (select * from {{ ref('map_town_names') }}),

placed as (
    select
        records.*,
        {{ team_name_key('records.store_name') }} as name_key,
        towns.town_id
    from records
    left join towns on towns.name_key = {{ town_name_key('records.town_name') }}
)

select
    district_code,
    record_id,
    'store' as entity_type,
    silo,
    table_name,
    silo || ':' || register_no as register_key,
    store_name,
    name_key,
    owner_code,
    town_id,
    keeper_phone_hash,
    store_name as label,
    {{ fields_shown(['store_name', 'owner_code', 'town_name', 'area_m2']) }} as shown,
    area_m2,
    lon,
    lat,
    seen_date,
    landing_ref
from placed

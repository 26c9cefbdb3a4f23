{{ config(tags=['linkage_input']) }}
-- One row per record of a station in any silo: the 16 emergency stations of the towns and the fire stations. Which records
-- are one station is decided in linkage.
{%- set columns = [
    ['station_name', 'string'], ['kind_code', 'string'], ['town_name', 'string'], ['register_no', 'string'], ['lon', 'decimal(10, 6)'], ['lat', 'decimal(10, 6)'], ['seen_date', 'date'],
] %}
{%- set sources = [
    {'of': 'emergency__stations', 'key': ['station_no'], 'station_name': 'rows_in.station_name', 'kind_code': "'emergency'", 'town_name': 'rows_in.town_name', 'register_no': "'s' || rows_in.station_no",
     'lon': 'rows_in.point_lon', 'lat': 'rows_in.point_lat', 'seen_date': 'rows_in.opened_date'},
    {'of': 'emergency__org_units', 'key': ['unit_no'], 'station_name': 'rows_in.unit_name', 'kind_code': "'emergency'", 'town_name': 'rows_in.town_name', 'register_no': "'u' || rows_in.unit_no",
     'seen_date': 'rows_in.opened_date', 'where': "rows_in.unit_type_word = '应急管理站'"},
    {'of': 'weather__warning_recipients', 'key': ['recipient_no'], 'station_name': 'rows_in.recipient_name', 'kind_code': "'emergency'", 'town_name': 'rows_in.town_name', 'register_no': 'rows_in.recipient_no',
     'seen_date': 'rows_in.valid_from_date', 'where': "rows_in.recipient_kind_word = '镇街'"},
    {'of': 'fire__teams', 'key': ['team_no'], 'station_name': 'rows_in.team_name', 'kind_code': "'fire'", 'town_name': 'rows_in.town_name', 'register_no': 'rows_in.team_no',
     'lon': 'rows_in.point_lon', 'lat': 'rows_in.point_lat', 'seen_date': 'rows_in.founded_date', 'where': "rows_in.team_class_word = '专业消防队'"},
    {'of': 'emergency__teams', 'key': ['team_no'], 'station_name': 'rows_in.team_name', 'kind_code': "'fire'", 'town_name': 'rows_in.town_name', 'register_no': 'rows_in.team_no',
     'lon': 'rows_in.point_lon', 'lat': 'rows_in.point_lat', 'seen_date': 'rows_in.founded_date', 'where': "rows_in.team_class_word = '专业消防队'"},
    {'of': 'resources__emergency_facilities', 'key': ['facility_no'], 'station_name': 'rows_in.facility_name', 'kind_code': "'fire'", 'town_name': 'rows_in.town_name', 'register_no': 'rows_in.facility_no',
     'lon': 'rows_in.point_lon', 'lat': 'rows_in.point_lat', 'seen_date': 'rows_in.updated_date', 'where': "rows_in.kind_word = '消防站'"},
] %}

with records as ({{ record_rows(sources, columns) }}),

towns as (select * from {{ ref('map_town_names') }}),

placed as (
    select
        records.*,
        {{ team_name_key('records.station_name') }} as name_key,
        towns.town_id
    from records
    left join towns on towns.name_key = {{ town_name_key('records.town_name') }}
)

select
    district_code,
    record_id,
    'station' as entity_type,
    silo,
    table_name,
    silo || ':' || table_name || ':' || register_no as register_key,
    station_name,
    name_key,
    kind_code,
    -- a town has one emergency station, whatever it is called
    case when kind_code = 'emergency' then 'station:' || town_id else null end as place_key,
    town_id,
    station_name as label,
    {{ fields_shown(['station_name', 'kind_code', 'town_name']) }} as shown,
    lon,
    lat,
    seen_date,
    landing_ref
from placed

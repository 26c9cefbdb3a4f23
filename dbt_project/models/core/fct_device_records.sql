{{ config(tags=['linkage_input']) }}
-- One row per record of a camera or sensor in any silo. Which records are one device is decided in linkage.
{%- set of_sites = "left join " ~ ref('stg_towers__sites') ~ " as sites on rows_in.district_code = sites.district_code and rows_in.site_id = sites.site_id" %}
{%- set of_stations = "left join " ~ ref('stg_water__stations') ~ " as stations on rows_in.district_code = stations.district_code and rows_in.station_code = stations.stcd" %}
{%- set columns = [
    ['kind_word', 'string'], ['device_name', 'string'], ['device_code', 'string'], ['own_key', 'string'], ['owner_uscc', 'string'], ['place_code', 'string'], ['town_name', 'string'],
    ['lon', 'decimal(10, 6)'], ['lat', 'decimal(10, 6)'], ['seen_date', 'date'],
] %}
{%- set sources = [
    {'of': 'towers__devices', 'key': ['device_id'], 'kind_word': 'rows_in.device_word', 'own_key': "'towers:' || rows_in.device_id",
     'owner_uscc': "case when rows_in.place_type = 'enterprise' then upper(trim(rows_in.place_code)) else null end",
     'place_code': "case when rows_in.place_type <> 'enterprise' then rows_in.place_code else null end", 'town_name': 'rows_in.town_name',
     'lon': 'rows_in.point_lon', 'lat': 'rows_in.point_lat', 'seen_date': local_date('rows_in.installed_at')},
    {'of': 'towers__cameras', 'key': ['camera_code'], 'kind_word': "'camera'", 'device_code': 'rows_in.camera_code', 'own_key': "'towers:' || rows_in.device_id",
     'place_code': 'rows_in.site_id', 'town_name': 'sites.town_name', 'seen_date': local_date('rows_in.installed_at'), 'join': of_sites},
    {'of': 'police__cameras', 'key': ['camera_code'], 'kind_word': "'camera'", 'device_name': 'rows_in.camera_name', 'device_code': 'rows_in.camera_code',
     'town_name': 'rows_in.town_name', 'lon': 'rows_in.point_lon', 'lat': 'rows_in.point_lat', 'seen_date': 'rows_in.installed_date'},
    {'of': 'police__venue_cameras', 'key': ['camera_code'], 'kind_word': "'camera'", 'device_name': 'rows_in.camera_name', 'device_code': 'rows_in.camera_code',
     'owner_uscc': 'rows_in.uscc', 'town_name': 'rows_in.town_name', 'lon': 'rows_in.point_lon', 'lat': 'rows_in.point_lat', 'seen_date': 'rows_in.connected_date'},
    {'of': 'firms__venue_cameras', 'key': ['camera_code'], 'kind_word': "'camera'", 'device_name': 'rows_in.place', 'device_code': 'rows_in.camera_code',
     'owner_uscc': 'rows_in.owner_uscc', 'lon': 'rows_in.point_lon', 'lat': 'rows_in.point_lat', 'seen_date': local_date('rows_in.last_seen_at')},
    {'of': 'water__hydrology_cameras', 'key': ['camera_code'], 'kind_word': "'camera'", 'device_name': 'rows_in.camera_name', 'device_code': 'rows_in.camera_code',
     'place_code': 'rows_in.station_code', 'seen_date': local_date('rows_in.last_seen_at')},
    {'of': 'fire__iot_devices', 'key': ['device_no'], 'kind_word': 'rows_in.device_type_word', 'own_key': "'fire:' || rows_in.device_no", 'owner_uscc': 'rows_in.uscc',
     'place_code': 'rows_in.village_code', 'town_name': 'rows_in.town_name', 'lon': 'rows_in.point_lon', 'lat': 'rows_in.point_lat', 'seen_date': 'rows_in.installed_date'},
] %}

with records as ({{ record_rows(sources, columns) }}),

words as (select * from {{ ref('ref_words') }} where list_code = 'device_type'),

towns as (select * from {{ ref('map_town_names') }}),

placed as (
    select
        records.*,
        coalesce(words.meaning_code, 'unknown') as device_type,
        towns.town_id
    from records
    left join words on records.kind_word = words.word
    left join towns on towns.name_key = {{ town_name_key('records.town_name') }}
)

select
    district_code,
    record_id,
    'device' as entity_type,
    silo,
    table_name,
    record_id as register_key,
    device_type,
    device_code,
    own_key,
    owner_uscc,
    place_code,
    town_id,
    coalesce(device_code, own_key) as label,
    {{ fields_shown(['device_type', 'device_name', 'device_code', 'own_key', 'owner_uscc', 'place_code', 'town_name']) }} as shown,
    lon,
    lat,
    seen_date,
    landing_ref
from placed

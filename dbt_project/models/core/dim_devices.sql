-- One row per sensing device or camera that the tower company, the police or the water office keeps, placed in WGS-84, called as
-- linkage calls it. Removed devices stay, with their last day. Cameras of venues and sensors of the fire brigade are in
-- map_device_records; no rule counts them.
with devices as (select * from {{ ref('stg_towers__devices') }}),

cameras as (select * from {{ ref('stg_police__cameras') }}),

hydrology_cameras as (select * from {{ ref('stg_water__hydrology_cameras') }}),

stations as (select * from {{ ref('dim_stations') }}),

words as (select * from {{ ref('ref_words') }} where list_code = 'device_type'),

camera_words as (select * from {{ ref('ref_words') }} where list_code = 'camera_status'),

towers as (
    select
        devices.district_code,
        {{ record_id_of('towers', 'devices', ['device_id'], 'devices') }} as record_id,
        'towers' as silo,
        devices.device_id as device_id_silo,
        coalesce(words.meaning_code, 'unknown') as device_type,
        devices.place_type,
        devices.place_code,
        {{ town_id_of('devices') }} as town_id,
        {{ town_match_of('devices') }} as town_match,
        devices.town_code,
        devices.town_name,
        'not_given' as status_code,
        devices.point_lon as lon,
        devices.point_lat as lat,
        devices.installed_at,
        devices.removed_at,
        devices.landing_ref
    from devices
    {{ town_joins('devices', 'MCA') }}
    left join words on devices.device_word = words.word
),

police as (
    select
        cameras.district_code,
        {{ record_id_of('police', 'cameras', ['camera_code'], 'cameras') }} as record_id,
        'police' as silo,
        cameras.camera_code as device_id_silo,
        'camera' as device_type,
        'street' as place_type,
        cast(null as string) as place_code,
        {{ town_id_of('cameras') }} as town_id,
        {{ town_match_of('cameras') }} as town_match,
        cameras.town_code,
        cameras.town_name,
        coalesce(camera_words.meaning_code, 'unknown') as status_code,
        cameras.point_lon as lon,
        cameras.point_lat as lat,
        {{ local_midnight('cameras.installed_date') }} as installed_at,
        cast(null as timestamp) as removed_at,
        cameras.landing_ref
    from cameras
    {{ town_joins('cameras', 'NBS') }}
    left join camera_words on cameras.status_word = camera_words.word
),

water as (
    select
        hydrology_cameras.district_code,
        {{ record_id_of('water', 'hydrology_cameras', ['camera_code'], 'hydrology_cameras') }} as record_id,
        'water' as silo,
        hydrology_cameras.camera_code as device_id_silo,
        'camera' as device_type,
        'hydrology' as place_type,
        hydrology_cameras.station_code as place_code,
        stations.town_id,
        stations.town_match,
        stations.town_code,
        cast(null as string) as town_name,
        coalesce(camera_words.meaning_code, 'unknown') as status_code,
        stations.lon,
        stations.lat,
        cast(null as timestamp) as installed_at,
        cast(null as timestamp) as removed_at,
        hydrology_cameras.landing_ref
    from hydrology_cameras
    left join stations
        on hydrology_cameras.district_code = stations.district_code
        and hydrology_cameras.station_code = stations.station_code
    left join camera_words on hydrology_cameras.status_word = camera_words.word
),

-- where the list that calls the device gives no point, another's stands
standing as (
    {{ standing_values('device', ['point']) }}
),

every_list as (
    select * from towers
    union all
    select * from police
    union all
    select * from water
)

select
    every_list.district_code,
    known.device_id,
    every_list.silo,
    every_list.device_id_silo,
    every_list.device_type,
    every_list.place_type,
    every_list.place_code,
    every_list.town_id,
    every_list.town_match,
    every_list.town_code,
    every_list.town_name,
    every_list.status_code,
    coalesce(cast(split_part(standing.point, ' ', 1) as decimal(10, 6)), every_list.lon) as lon,
    coalesce(cast(split_part(standing.point, ' ', 2) as decimal(10, 6)), every_list.lat) as lat,
    standing.point_silo,
    standing.point_ref,
    every_list.installed_at,
    every_list.removed_at,
    every_list.landing_ref
from every_list
inner join {{ ref('map_device_records') }} as known
    on every_list.district_code = known.district_code and every_list.record_id = known.record_id
left join standing on known.district_code = standing.district_code and known.device_id = standing.device_id
qualify row_number() over (
    partition by every_list.district_code, known.device_id order by {{ silo_rank(['towers', 'police', 'water'], 'every_list.silo') }}, every_list.record_id
) = 1

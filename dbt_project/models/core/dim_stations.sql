-- One row per hydrology station. Its town comes from the provincial town code of the national scheme; its heights are above
-- the datum it names: offset_to_1985_m is empty where no constant with a source is known, and nothing is converted then.
with stations as (select * from {{ ref('stg_water__stations') }}),

datums as (select * from {{ ref('ref_height_datums') }})

select
    stations.district_code,
    stations.station_code,
    stations.station_name,
    stations.station_type,
    stations.river_name,
    stations.height_datum,
    coalesce(datums.datum_code, 'unknown') as datum_code,
    datums.offset_to_1985_m,
    stations.town_code,
    {{ town_id_of('stations', name=none) }} as town_id,
    {{ town_match_of('stations', name=none) }} as town_match,
    stations.point_lon as lon,
    stations.point_lat as lat,
    stations.landing_ref
from stations
left join datums on stations.height_datum = datums.datum_word
{{ town_joins('stations', 'NBS', name=none) }}

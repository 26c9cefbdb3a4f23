-- One row per hydrology station. Its town comes from the provincial town code of the national scheme.
with stations as (select * from {{ ref('stg_water__stations') }})

select
    stations.district_code,
    stations.station_code,
    stations.station_name,
    stations.station_type,
    stations.river_name,
    stations.height_datum,
    stations.town_code,
    {{ town_id_of('stations', name=none) }} as town_id,
    {{ town_match_of('stations', name=none) }} as town_match,
    cast(stations.lon as decimal(10, 6)) as lon,
    cast(stations.lat as decimal(10, 6)) as lat,
    stations.landing_ref
from stations
{{ town_joins('stations', 'NBS', name=none) }}

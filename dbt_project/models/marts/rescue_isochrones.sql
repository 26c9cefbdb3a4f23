-- One row per scenario x judged kind of event x minutes: the land that the first able team reaches, as GeoJSON in WGS-84.
with shapes as (select * from {{ ref('fct_isochrones') }})

select
    cast(district_code as string) as district_code,
    cast(period as string) as period,
    cast(scenario_code as string) as scenario_code,
    cast(event_code as string) as event_code,
    cast(minutes as integer) as minutes,
    cast(geojson as string) as geojson,
    cast(area_km2 as decimal(12, 3)) as area_km2
from shapes

-- One row per scenario x judged kind of event x minutes: the land that the first able team reaches, as GeoJSON in WGS-84. For the last period.
with shapes as (select * from {{ source('linkage', 'circle__isochrones') }})

select
    cast('{{ var("district_code") }}' as string) as district_code,
    period,
    scenario_code,
    event_code,
    minutes,
    area_km2,
    geojson
from shapes

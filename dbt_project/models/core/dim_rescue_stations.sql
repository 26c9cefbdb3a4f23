-- One row per emergency or fire station, as linkage found them. Each value is from the first silo that says one.
with things as (
    {{ linked_things('station', ['station_name', 'kind_code', 'town_id', 'lon', 'lat'], ['emergency', 'fire', 'resources', 'weather']) }}
)

select
    district_code,
    station_id,
    station_name,
    kind_code,
    town_id,
    lon,
    lat,
    silo,
    record_count,
    silo_count,
    landing_ref
from things

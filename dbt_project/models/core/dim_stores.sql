-- One row per store of emergency goods of any silo, as linkage found them. Each value is from the first silo that says one.
with things as (
    {{ linked_things('store', ['store_name', 'owner_code', 'town_id', 'area_m2', 'lon', 'lat'], ['emergency', 'water', 'civil', 'fire']) }}
)

select
    district_code,
    store_id,
    store_name,
    owner_code,
    town_id,
    area_m2,
    lon,
    lat,
    silo,
    record_count,
    silo_count,
    landing_ref
from things

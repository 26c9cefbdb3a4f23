-- One row per rescue team of any silo, as linkage found them. Each value is from the first silo that says one.
with things as (
    {{ linked_things('team', ['team_name', 'class_code', 'uscc', 'village_code', 'town_id', 'member_count', 'lon', 'lat'], ['emergency', 'fire', 'civil', 'governance', 'towns', 'militia']) }}
)

select
    district_code,
    team_id,
    team_name,
    class_code,
    uscc,
    village_code,
    town_id,
    member_count,
    lon,
    lat,
    silo,
    record_count,
    silo_count,
    landing_ref
from things

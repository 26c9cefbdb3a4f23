-- One row per store: the newest accepted version of what the water bureau sent.
with landed as (
    {{ newest_accepted('water__warehouses', ['warehouse_no']) }}
)

select
    district_code,
    warehouse_no,
    warehouse_name,
    town_code,
    town_name,
    area_m2,
    lon,
    lat,
    point_lon,
    point_lat,
    point_read_how,
    {{ person_forms('keeper_name') }},
    keeper_name_mask,
    keeper_phone as keeper_phone_hash,
    keeper_phone_mask,
    landing_ref
from landed

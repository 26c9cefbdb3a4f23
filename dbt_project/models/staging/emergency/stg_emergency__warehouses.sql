-- One row per warehouse: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__warehouses', ['warehouse_no']) }}
)

select
    district_code,
    warehouse_no,
    warehouse_name,
    level_word,
    town_code,
    town_name,
    town_read_how,
    owner_dept_code,
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

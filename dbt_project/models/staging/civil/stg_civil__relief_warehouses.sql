-- One row per store number: the newest accepted version of relief stores.
with rows_in as ({{ newest_accepted('civil__relief_warehouses', ['warehouse_no']) }})

select
    district_code,
    warehouse_no,
    warehouse_name,
    level_word,
    town_name,
    address,
    lon,
    lat,
    floor_area_m2,
    {{ as_sent('floor_area_m2') }} as floor_area_m2_text,
    floor_area_m2_read_how,
    {{ person_forms('keeper_name') }},
    keeper_name_mask,
    keeper_phone as keeper_phone_hash,
    keeper_phone_mask,
    point_lon,
    point_lat,
    point_read_how,
    town_read_how,
    landing_ref
from rows_in

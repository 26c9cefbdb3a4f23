-- One row per shelter: the newest accepted version.
with rows_in as ({{ newest_accepted('towns__shelters', ['shelter_no']) }})

select
    district_code,
    period,
    town_code,
    town_name,
    shelter_no,
    shelter_name,
    village_name,
    village_name_code,
    village_name_read_how,
    kind_word,
    capacity_count,
    capacity_count_read_how,
    usable_count,
    usable_count_read_how,
    floor_area_m2,
    floor_area_m2_read_how,
    lon,
    lat,
    {{ person_forms('keeper_name') }},
    keeper_name_mask,
    keeper_phone as keeper_phone_hash,
    keeper_phone_mask,
    inspected_date,
    is_open,
    point_lon,
    point_lat,
    point_read_how,
    town_read_how,
    landing_ref
from rows_in

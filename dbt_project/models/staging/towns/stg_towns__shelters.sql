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
    kind_word,
    capacity_count,
    usable_count,
    floor_area,
    lon,
    lat,
    keeper_name_mask,
    keeper_phone as keeper_phone_hash,
    keeper_phone_mask,
    inspected_date,
    is_open,
    landing_ref
from rows_in

-- One row per shelter number: the newest accepted version of shelters.
with rows_in as ({{ newest_accepted('civil__shelters', ['shelter_no']) }})

select
    district_code,
    shelter_no,
    shelter_name,
    kind_word,
    town_name,
    village_code,
    address,
    lon,
    lat,
    floor_area_m2,
    {{ as_sent('floor_area_m2') }} as floor_area_m2_text,
    floor_area_m2_read_how,
    capacity_count,
    usable_count,
    checked_date,
    status_word,
    point_lon,
    point_lat,
    point_read_how,
    town_read_how,
    landing_ref
from rows_in

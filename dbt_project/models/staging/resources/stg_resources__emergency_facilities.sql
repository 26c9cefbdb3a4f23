-- One row per facility: the newest accepted version.
with rows_in as ({{ newest_accepted('resources__emergency_facilities', ['facility_no']) }})

select
    district_code,
    facility_no,
    facility_name,
    kind_word,
    town_code,
    town_name,
    address,
    capacity_count,
    capacity_count_read_how,
    usable_area_m2,
    status_word,
    built_date,
    updated_date,
    lon,
    lat,
    point_lon,
    point_lat,
    point_read_how,
    town_read_how,
    landing_ref
from rows_in

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
    usable_area_m2,
    status_word,
    built_date,
    updated_date,
    lon,
    lat,
    landing_ref
from rows_in

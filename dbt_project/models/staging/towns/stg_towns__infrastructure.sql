-- One row per facility: the newest accepted version.
with rows_in as ({{ newest_accepted('towns__infrastructure', ['facility_no']) }})

select
    district_code,
    period,
    town_code,
    town_name,
    facility_no,
    kind_word,
    village_name,
    village_name_code,
    village_name_read_how,
    place_text,
    lon,
    lat,
    condition_word,
    inspected_date,
    point_lon,
    point_lat,
    point_read_how,
    town_read_how,
    landing_ref
from rows_in

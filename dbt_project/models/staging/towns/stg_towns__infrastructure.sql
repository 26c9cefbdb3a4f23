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
    place_text,
    lon,
    lat,
    condition_word,
    inspected_date,
    landing_ref
from rows_in

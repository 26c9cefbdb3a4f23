-- One row per risk zone: the newest accepted version.
with rows_in as ({{ newest_accepted('resources__risk_zones', ['zone_no']) }})

select
    district_code,
    zone_no,
    zone_name,
    risk_level_word,
    colour_word,
    town_code,
    town_name,
    village_name,
    village_name_code,
    village_name_read_how,
    area_m2,
    threatened_people_count,
    threatened_people_count_read_how,
    {{ person_forms('duty_name') }},
    duty_name_mask,
    duty_phone as duty_phone_hash,
    duty_phone_mask,
    rain_threshold_mm,
    updated_date,
    outline_wkt,
    lon,
    lat,
    point_lon,
    point_lat,
    point_read_how,
    town_read_how,
    landing_ref
from rows_in

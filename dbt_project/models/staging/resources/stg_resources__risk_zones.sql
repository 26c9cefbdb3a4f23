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
    area_m2,
    threatened_people_count,
    duty_name_mask,
    duty_phone as duty_phone_hash,
    duty_phone_mask,
    rain_threshold_mm,
    updated_date,
    outline_wkt,
    lon,
    lat,
    landing_ref
from rows_in

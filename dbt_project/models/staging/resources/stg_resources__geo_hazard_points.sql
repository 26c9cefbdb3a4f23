-- One row per hazard point: the newest accepted version.
with rows_in as ({{ newest_accepted('resources__geo_hazard_points', ['point_no']) }})

select
    district_code,
    point_no,
    point_name,
    hazard_type_word,
    scale_word,
    risk_level_word,
    threatened_household_count,
    threatened_people_count,
    threatened_property_wan,
    town_code,
    town_name,
    village_name,
    monitor_name_mask,
    monitor_phone as monitor_phone_hash,
    monitor_phone_mask,
    measure_word,
    registered_date,
    reassessed_date,
    struck_off_date,
    crs_word,
    accuracy_m,
    lon,
    lat,
    landing_ref
from rows_in

-- One row per road section: the newest accepted version.
with rows_in as ({{ newest_accepted('resources__access_roads', ['road_no']) }})

select
    district_code,
    road_no,
    road_name,
    grade_word,
    town_code,
    town_name,
    width_m,
    clear_height_m,
    bearing_t,
    length_m,
    is_fire_passable,
    updated_date,
    line_wkt,
    town_read_how,
    landing_ref
from rows_in

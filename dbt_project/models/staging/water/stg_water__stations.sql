-- One row per hydrology station: the newest accepted version of what water sent.
with landed as (
    {{ newest_accepted('water__st_stbprp_b', ['stcd']) }}
)

select
    district_code,
    stcd as station_code,
    stnm as station_name,
    rvnm as river_name,
    lgtd as lon,
    lttd as lat,
    point_lon,
    point_lat,
    point_read_how,
    stlc as place,
    addvcd as district_division_code,
    town_code,
    dtmnm as height_datum,
    sttp as station_type,
    frgrd as flood_grade,
    usfl as in_use_word,
    landing_ref
from landed

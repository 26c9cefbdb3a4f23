-- One row per grid: the newest accepted version of what the four platforms sent.
with landed as (
    {{ newest_accepted('governance__grids', ['grid_code']) }}
)

select
    district_code,
    grid_code,
    grid_name,
    village_code,
    town_code,
    town_name,
    town_read_how,
    grid_kind_word,
    household_count,
    resident_count,
    firm_count,
    worker_no,
    lon,
    lat,
    point_lon,
    point_lat,
    point_read_how,
    created_date,
    {{ as_sent('created_date') }} as created_date_text,
    landing_ref
from landed

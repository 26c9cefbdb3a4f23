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
    grid_kind_word,
    household_count,
    resident_count,
    firm_count,
    worker_no,
    lon,
    lat,
    created_date,
    {{ as_sent('created_date') }} as created_date_text,
    landing_ref
from landed

-- One row per grid of the four platforms.
with grids as ({{ rows_of_towns('stg_governance__grids', 'NBS') }})

select
    district_code,
    grid_code,
    town_id,
    grid_kind_word,
    household_count,
    resident_count,
    firm_count,
    created_date,
    landing_ref
from grids

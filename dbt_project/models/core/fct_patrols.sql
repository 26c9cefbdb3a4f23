-- One row per patrol of a grid. Valid: the platform says so; where it says nothing, nothing is proven.
with patrols as (select * from {{ ref('stg_governance__patrols') }})

select
    district_code,
    patrol_no,
    grid_code,
    mode_word,
    found_count,
    coalesce(is_valid, false) as is_valid,
    {{ local_date('started_at') }} as patrolled_date,
    started_at,
    landing_ref
from patrols

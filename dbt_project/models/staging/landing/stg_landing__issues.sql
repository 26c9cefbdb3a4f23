-- One row per refused row and what became of it, from the index that landing derives from its batches and decisions.
with landed as (select * from {{ source('landing_index', 'issues') }})

select
    district_code,
    silo,
    table_name,
    batch,
    landing_ref,
    rules,
    issue_state,
    found_at,
    mended_at,
    mended_ref,
    attempts,
    decided_by,
    decided_why,
    until_date
from landed

-- One row per batch x door rule, from the index that landing derives from its manifests.
with landed as (select * from {{ source('landing_index', 'checks') }})

select
    district_code,
    silo,
    table_name,
    batch,
    rule,
    scope,
    severity,
    checked,
    failed
from landed

-- One row per refused row x door rule, from the index that landing derives from its manifests.
with landed as (select * from {{ source('landing_index', 'quarantine') }})

select
    district_code,
    silo,
    table_name,
    batch,
    landing_ref,
    rule,
    column_name,
    raw_value,
    reason_zh,
    reason_en,
    advice_zh,
    advice_en,
    severity
from landed

-- One row per batch x door rule: rows checked and failed.
with checks as (select * from {{ ref('fct_door_checks') }})

select
    district_code,
    silo,
    table_name,
    batch,
    rule,
    scope,
    severity,
    cast(checked as bigint) as checked,
    cast(failed as bigint) as failed
from checks

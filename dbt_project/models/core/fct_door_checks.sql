{{ config(materialized='view') }}
-- One row per batch x door rule. A view: landing has decided, nothing is added here.
with landed as (select * from {{ ref('stg_landing__checks') }})

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

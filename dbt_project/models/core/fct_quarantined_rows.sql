{{ config(materialized='view') }}
-- One row per refused row x door rule. A view: landing has decided, nothing is added here.
with landed as (select * from {{ ref('stg_landing__quarantined_rows') }})

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

-- One row per refused row x door rule, with the raw value (masked when personal), the reason and what to do.
with quarantine as (select * from {{ ref('fct_quarantined_rows') }})

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
from quarantine

-- One row per emergency plan of a firm.
with rows_in as ({{ rows_of_firms('stg_firms__emergency_plans') }})

select
    district_code,
    plan_no,
    enterprise_id,
    kind_word,
    issued_date,
    filed_no,
    filed_date,
    is_linked,
    landing_ref
from rows_in

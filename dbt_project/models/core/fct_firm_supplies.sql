-- One row per emergency supply a firm keeps.
with rows_in as ({{ rows_of_firms('stg_firms__emergency_supplies') }})

select
    district_code,
    supply_no,
    enterprise_id,
    quantity,
    expiry_date,
    landing_ref
from rows_in

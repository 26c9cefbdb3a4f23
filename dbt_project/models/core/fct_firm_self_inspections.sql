-- One row per inspection a firm made of itself.
with rows_in as ({{ rows_of_firms('stg_firms__self_inspections') }})

select
    district_code,
    inspection_no,
    enterprise_id,
    inspected_date,
    hazard_count,
    landing_ref
from rows_in

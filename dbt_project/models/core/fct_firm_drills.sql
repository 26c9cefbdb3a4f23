-- One row per drill of a firm.
with rows_in as ({{ rows_of_firms('stg_firms__drills') }})

select
    district_code,
    drill_no,
    enterprise_id,
    drilled_date,
    landing_ref
from rows_in

-- One row per major hazard source on a firm's list.
with rows_in as ({{ rows_of_firms('stg_firms__major_hazard_sources') }})

select
    district_code,
    source_no,
    enterprise_id,
    registered_date,
    filed_no,
    is_monitored,
    landing_ref
from rows_in

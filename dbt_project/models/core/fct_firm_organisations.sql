-- One row per safety department or staff a firm reports about itself.
with reports as ({{ rows_of_firms('stg_firms__safety_organisations') }})

select
    district_code,
    enterprise_id,
    enterprise_no,
    coalesce(has_department, false) as has_department,
    full_time_count,
    part_time_count,
    safety_engineer_count,
    landing_ref
from reports

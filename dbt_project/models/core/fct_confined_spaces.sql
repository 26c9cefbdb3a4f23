-- One row per confined space on a firm's own list.
with reports as ({{ rows_of_firms('stg_firms__confined_spaces') }})

select
    district_code,
    enterprise_id,
    space_no,
    landing_ref
from reports

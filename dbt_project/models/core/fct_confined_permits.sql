-- One row per permit of a firm for work in a confined space, with whether an attendant stood by.
with reports as ({{ rows_of_firms('stg_firms__work_permits') }})

select
    district_code,
    enterprise_id,
    permit_no,
    coalesce(has_attendant, false) as has_attendant,
    started_at,
    landing_ref
from reports
where work_word = '有限空间'

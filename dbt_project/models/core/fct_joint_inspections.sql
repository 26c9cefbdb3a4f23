-- One row per joint inspection x department that was invited, by the bureau or by enforcement. Dated by the day it was held, or
-- planned where that day cannot be read.
select
    district_code,
    'YJ-' || record_no as record_id,
    'YJ-' || inspection_no as joint_inspection_id,
    lead_dept_code as lead_department,
    dept_code as department,
    coalesce(is_joined, false) as is_joined,
    coalesce(held_date, planned_date) as inspected_date,
    landing_ref
from {{ ref('stg_emergency__joint_inspections') }}
union all
select
    district_code,
    'ZF-' || record_no as record_id,
    'ZF-' || inspection_no as joint_inspection_id,
    lead_dept_code as lead_department,
    dept_code as department,
    coalesce(is_joined, false) as is_joined,
    inspected_date,
    landing_ref
from {{ ref('stg_enforcement__joint_inspections') }}

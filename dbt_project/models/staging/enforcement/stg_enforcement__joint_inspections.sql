-- One row per joint inspection x department: the newest accepted version of what enforcement sent.
with landed as (
    {{ newest_accepted('enforcement__joint_inspections', ['record_no']) }}
)

select
    district_code,
    record_no,
    inspection_no,
    firm_no,
    town_name,
    lead_dept_code,
    dept_code,
    is_joined,
    inspected_date,
    finding_count,
    landing_ref
from landed

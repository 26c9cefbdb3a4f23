-- One row per joint inspection x department: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__joint_inspections', ['record_no']) }}
)

select
    district_code,
    record_no,
    inspection_no,
    uscc,
    {{ as_sent('uscc') }} as uscc_text,
    town_code,
    town_name,
    town_read_how,
    lead_dept_code,
    dept_code,
    planned_date,
    held_date,
    {{ as_sent('held_date') }} as held_date_text,
    is_joined,
    finding_count,
    landing_ref
from landed

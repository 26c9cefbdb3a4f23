-- One row per finding of a drill: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__drill_findings', ['finding_no']) }}
)

select
    district_code,
    finding_no,
    drill_no,
    finding_text,
    town_code,
    town_name,
    town_read_how,
    dept_code,
    due_date,
    fixed_date,
    {{ as_sent('fixed_date') }} as fixed_date_text,
    landing_ref
from landed

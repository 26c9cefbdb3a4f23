-- One row per resolution of a meeting: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__meeting_resolutions', ['resolution_no']) }}
)

select
    district_code,
    resolution_no,
    meeting_no,
    owner_dept_code,
    town_code,
    town_name,
    town_read_how,
    resolution_text,
    due_date,
    done_date,
    {{ as_sent('done_date') }} as done_date_text,
    landing_ref
from landed

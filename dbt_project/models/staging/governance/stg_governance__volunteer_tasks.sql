-- One row per task of a volunteer: the newest accepted version of what the four platforms sent.
with landed as (
    {{ newest_accepted('governance__volunteer_tasks', ['task_no']) }}
)

select
    district_code,
    task_no,
    volunteer_no,
    task_word,
    person_no,
    served_date,
    hours_count,
    landing_ref
from landed

-- One row per task number: the newest accepted version of volunteers' tasks.
with rows_in as ({{ newest_accepted('civil__volunteer_tasks', ['task_no']) }})

select
    district_code,
    task_no,
    volunteer_no,
    kind_word,
    task_date,
    task_hours,
    person_no,
    updated_at,
    landing_ref
from rows_in

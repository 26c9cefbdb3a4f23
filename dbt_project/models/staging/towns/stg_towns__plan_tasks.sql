-- One row per task of a plan: the newest accepted version.
with rows_in as ({{ newest_accepted('towns__plan_tasks', ['task_no']) }})

select
    district_code,
    task_no,
    town_code,
    town_name,
    plan_no,
    step_no,
    step_word,
    task_text,
    post_word,
    {{ person_forms('person_name') }},
    person_name_mask,
    phone as phone_hash,
    phone_mask,
    phone_verified_date,
    town_read_how,
    landing_ref
from rows_in

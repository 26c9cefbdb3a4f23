-- One row per task of a plan: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__plan_tasks', ['task_no']) }}
)

select
    district_code,
    task_no,
    plan_no,
    step_word,
    post_word,
    duty_text,
    {{ person_forms('person_name') }},
    person_name_mask,
    phone as phone_hash,
    phone_mask,
    phone_verified_date,
    {{ as_sent('phone_verified_date') }} as phone_verified_date_text,
    {{ digest("person_name || '|' || phone") }} as name_phone_key,
    landing_ref
from landed

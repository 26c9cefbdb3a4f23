-- One row per enrolment id: the newest accepted version of enrolments.
with rows_in as ({{ newest_accepted('training__enrolments', ['enrolment_id']) }})

select
    district_code,
    enrolment_id,
    learner_id,
    course_id,
    plan_id,
    assigned_at,
    due_at,
    completed_at,
    status_word,
    updated_at,
    landing_ref
from rows_in

-- One row per record id: the newest accepted version of learning records.
with rows_in as ({{ newest_accepted('training__learning_records', ['record_id']) }})

select
    district_code,
    record_id,
    learner_id,
    course_id,
    enrolment_id,
    started_at,
    ended_at,
    learning_hours,
    score,
    is_face_checked,
    mode_word,
    updated_at,
    landing_ref
from rows_in

-- One row per exam id: the newest accepted version of exam results.
with rows_in as ({{ newest_accepted('training__exam_results', ['exam_id']) }})

select
    district_code,
    exam_id,
    learner_id,
    course_id,
    attempt_count,
    taken_at,
    score,
    pass_score,
    is_passed,
    updated_at,
    landing_ref
from rows_in

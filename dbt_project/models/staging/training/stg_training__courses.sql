-- One row per course id: the newest accepted version of courses.
with rows_in as ({{ newest_accepted('training__courses', ['course_id']) }})

select
    district_code,
    course_id,
    course_name,
    category_word,
    audience_word,
    course_hours,
    pass_score,
    is_online,
    published_at,
    landing_ref
from rows_in

-- One row per hazard number: the newest accepted version of self-found hazards.
with rows_in as ({{ newest_accepted('firms__hazards', ['hazard_no']) }})

select
    district_code,
    hazard_no,
    enterprise_no,
    inspection_no,
    found_at,
    hazard_text,
    category_word,
    grade_word,
    grade_word_code,
    grade_word_read_how,
    place,
    finder_post,
    deadline_date,
    {{ as_sent('deadline_date') }} as deadline_date_text,
    status_word,
    status_word_code,
    status_word_read_how,
    updated_at,
    landing_ref
from rows_in

-- One row per grading number: the newest accepted version of grades of civil teams.
with rows_in as ({{ newest_accepted('civil__team_grades', ['grade_no']) }})

select
    district_code,
    grade_no,
    team_no,
    specialty_word,
    team_grade,
    graded_date,
    valid_to_date,
    {{ as_sent('valid_to_date') }} as valid_to_date_text,
    landing_ref
from rows_in

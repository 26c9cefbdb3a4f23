-- One row per training day of a squad: the newest accepted version.
with rows_in as ({{ newest_accepted('militia__trainings', ['training_no']) }})

select
    district_code,
    training_no,
    squad_no,
    town_name,
    training_date,
    subject_word,
    training_hours,
    due_people_count,
    attended_people_count,
    passed_people_count,
    assessor_name as assessor_name_hash,
    assessor_name_mask,
    town_read_how,
    landing_ref
from rows_in

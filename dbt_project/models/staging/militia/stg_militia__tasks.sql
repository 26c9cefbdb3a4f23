-- One row per task of a squad: the newest accepted version.
with rows_in as ({{ newest_accepted('militia__tasks', ['task_no']) }})

select
    district_code,
    task_no,
    squad_no,
    town_name,
    task_word,
    ordered_by,
    event_text,
    is_joint,
    called_at,
    assembled_at,
    arrived_at,
    finished_at,
    turnout_people_count,
    turnout_people_count_read_how,
    evacuated_people_count,
    evacuated_people_count_read_how,
    remark_text,
    town_read_how,
    landing_ref
from rows_in

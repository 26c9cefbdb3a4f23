-- One row per word of a department that the bureau's list translates into a class of its own.
select
    district_code,
    crosswalk_no,
    dept_code as department,
    their_word,
    class_code,
    contributed_date,
    landing_ref
from {{ ref('stg_emergency__class_crosswalks') }}

-- One row per department x word: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__class_crosswalks', ['crosswalk_no']) }}
)

select
    district_code,
    crosswalk_no,
    dept_code,
    their_word,
    class_code,
    contributed_date,
    {{ as_sent('contributed_date') }} as contributed_date_text,
    landing_ref
from landed

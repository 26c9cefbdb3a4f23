-- One row per person x event x day: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__fitness_tests', ['test_no']) }}
)

select
    district_code,
    test_no,
    person_no,
    item_word,
    result_seconds,
    result_count,
    is_passed,
    tested_date,
    landing_ref
from landed

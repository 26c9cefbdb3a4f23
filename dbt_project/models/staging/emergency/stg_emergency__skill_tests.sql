-- One row per test of a group: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__skill_tests', ['test_no']) }}
)

select
    district_code,
    test_no,
    town_code,
    town_name,
    town_read_how,
    group_word,
    skill_word,
    tested_count,
    passed_count,
    tested_date,
    landing_ref
from landed

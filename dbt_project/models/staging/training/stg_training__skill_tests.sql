-- One row per test id: the newest accepted version of self-rescue skill tests.
with rows_in as ({{ newest_accepted('training__skill_tests', ['test_id']) }})

select
    district_code,
    test_id,
    town_name,
    village_code,
    audience_word,
    topic,
    tested_at,
    tested_count,
    passed_count,
    town_read_how,
    landing_ref
from rows_in

-- One row per accountability record: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__accountability_records', ['record_no']) }}
)

select
    district_code,
    record_no,
    person_no,
    town_code,
    town_name,
    town_read_how,
    reason_word,
    measure_word,
    decided_date,
    is_exempted,
    landing_ref
from landed

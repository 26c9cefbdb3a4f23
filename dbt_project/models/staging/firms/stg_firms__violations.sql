-- One row per record number: the newest accepted version of workers' violations.
with rows_in as ({{ newest_accepted('firms__violations', ['violation_no']) }})

select
    district_code,
    violation_no,
    enterprise_no,
    occurred_date,
    kind_word,
    post_word,
    handling_word,
    landing_ref
from rows_in

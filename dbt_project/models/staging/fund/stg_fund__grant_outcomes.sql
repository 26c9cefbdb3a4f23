-- One row per outcome number: the newest accepted version of what came of grants.
with rows_in as ({{ newest_accepted('fund__grant_outcomes', ['outcome_no']) }})

select
    district_code,
    outcome_no,
    grant_no,
    checked_date,
    measure_word,
    before_value,
    after_value,
    spent_yuan,
    {{ as_sent('spent_yuan') }} as spent_yuan_text,
    spent_yuan_read_how,
    remark,
    landing_ref
from rows_in

-- One row per permit number: the newest accepted version of dangerous work permits.
with rows_in as ({{ newest_accepted('firms__work_permits', ['permit_no']) }})

select
    district_code,
    permit_no,
    enterprise_no,
    work_word,
    level_word,
    applied_at,
    approved_at,
    started_at,
    ended_at,
    has_attendant,
    has_gas_test,
    place,
    updated_at,
    landing_ref
from rows_in

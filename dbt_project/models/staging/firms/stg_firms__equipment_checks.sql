-- One row per equipment number: the newest accepted version of equipment checks.
with rows_in as ({{ newest_accepted('firms__equipment_checks', ['equipment_no']) }})

select
    district_code,
    equipment_no,
    enterprise_no,
    kind_word,
    registration_no,
    checked_date,
    next_check_date,
    result_word,
    finding_count,
    landing_ref
from rows_in

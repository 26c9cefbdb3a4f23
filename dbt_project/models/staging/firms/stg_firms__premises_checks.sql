-- One row per enterprise number x quarter: the newest accepted version of exits and dwelling checks.
with rows_in as ({{ newest_accepted('firms__premises_checks', ['enterprise_no', 'quarter_code']) }})

select
    district_code,
    enterprise_no,
    quarter_code,
    exit_count,
    blocked_exit_count,
    has_dormitory,
    is_dormitory_apart,
    resident_count,
    {{ as_sent('resident_count') }} as resident_count_text,
    resident_count_read_how,
    is_three_in_one,
    checked_date,
    landing_ref
from rows_in

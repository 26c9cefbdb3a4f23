-- One row per space number: the newest accepted version of confined spaces.
with rows_in as ({{ newest_accepted('firms__confined_spaces', ['space_no']) }})

select
    district_code,
    space_no,
    enterprise_no,
    kind_word,
    place,
    has_sign,
    has_lock,
    risk_word,
    checked_date,
    landing_ref
from rows_in

-- One row per enterprise number x change number: the newest accepted version of name history.
with rows_in as ({{ newest_accepted('firms__name_changes', ['enterprise_no', 'change_no']) }})

select
    district_code,
    enterprise_no,
    change_no,
    old_name,
    new_name,
    old_uscc,
    changed_date,
    landing_ref
from rows_in

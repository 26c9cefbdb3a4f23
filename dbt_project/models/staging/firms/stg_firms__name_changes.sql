-- One row per enterprise number x change number: the newest accepted version of name history.
with rows_in as ({{ newest_accepted('firms__name_changes', ['enterprise_no', 'change_no']) }})

select
    district_code,
    enterprise_no,
    change_no,
    old_name,
    old_name_key,
    old_name_read_how,
    new_name,
    new_name_key,
    new_name_read_how,
    old_uscc,
    changed_date,
    landing_ref
from rows_in

-- One row per link of a call tree: the newest accepted version.
with rows_in as ({{ newest_accepted('militia__call_trees', ['link_no']) }})

select
    district_code,
    link_no,
    squad_no,
    town_name,
    call_level,
    call_order,
    caller_member_no,
    called_member_no,
    {{ person_forms('called_name') }},
    called_name_mask,
    called_phone as called_phone_hash,
    called_phone_mask,
    backup_phone as backup_phone_hash,
    backup_phone_mask,
    verified_date,
    town_read_how,
    landing_ref
from rows_in

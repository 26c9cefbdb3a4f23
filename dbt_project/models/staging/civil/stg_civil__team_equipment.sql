-- One row per item number: the newest accepted version of equipment of civil teams.
with rows_in as ({{ newest_accepted('civil__team_equipment', ['item_no']) }})

select
    district_code,
    item_no,
    team_no,
    item_name,
    item_code,
    quantity,
    {{ as_sent('quantity') }} as quantity_text,
    quantity_unit_word,
    quantity_read_how,
    unit_word,
    is_serviceable,
    bought_date,
    landing_ref
from rows_in

-- One row per supply number: the newest accepted version of firms' emergency supplies.
with rows_in as ({{ newest_accepted('firms__emergency_supplies', ['supply_no']) }})

select
    district_code,
    supply_no,
    enterprise_no,
    item_name,
    item_name_code,
    item_code,
    quantity,
    {{ as_sent('quantity') }} as quantity_text,
    quantity_unit_word,
    quantity_read_how,
    unit_word,
    expiry_date,
    {{ as_sent('expiry_date') }} as expiry_date_text,
    checked_date,
    landing_ref
from rows_in

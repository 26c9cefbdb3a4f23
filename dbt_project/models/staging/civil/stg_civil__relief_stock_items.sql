-- One row per stock number: the newest accepted version of relief stock.
with rows_in as ({{ newest_accepted('civil__relief_stock_items', ['stock_no']) }})

select
    district_code,
    stock_no,
    warehouse_no,
    item_name,
    item_name_code,
    item_code,
    quantity,
    {{ as_sent('quantity') }} as quantity_text,
    quantity_unit_word,
    quantity_read_how,
    unit_word,
    unit_value_yuan,
    {{ as_sent('unit_value_yuan') }} as unit_value_yuan_text,
    unit_value_yuan_read_how,
    produced_date,
    expiry_date,
    {{ as_sent('expiry_date') }} as expiry_date_text,
    is_on_platform,
    landing_ref
from rows_in

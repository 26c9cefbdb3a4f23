-- One row per stock number: the newest accepted version of relief stock.
with rows_in as ({{ newest_accepted('civil__relief_stock_items', ['stock_no']) }})

select
    district_code,
    stock_no,
    warehouse_no,
    item_name,
    item_code,
    quantity,
    unit_word,
    unit_value_yuan,
    produced_date,
    expiry_date,
    is_on_platform,
    landing_ref
from rows_in

-- One row per stocktake number: the newest accepted version of stocktakes.
with rows_in as ({{ newest_accepted('civil__relief_stocktakes', ['stocktake_no']) }})

select
    district_code,
    stocktake_no,
    stock_no,
    counted_date,
    book_quantity,
    {{ as_sent('book_quantity') }} as book_quantity_text,
    counted_quantity,
    {{ as_sent('counted_quantity') }} as counted_quantity_text,
    unusable_quantity,
    {{ as_sent('unusable_quantity') }} as unusable_quantity_text,
    landing_ref
from rows_in

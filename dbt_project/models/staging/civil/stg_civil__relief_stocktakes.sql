-- One row per stocktake number: the newest accepted version of stocktakes.
with rows_in as ({{ newest_accepted('civil__relief_stocktakes', ['stocktake_no']) }})

select
    district_code,
    stocktake_no,
    stock_no,
    counted_date,
    book_quantity,
    {{ as_sent('book_quantity') }} as book_quantity_text,
    book_quantity_unit_word,
    book_quantity_read_how,
    counted_quantity,
    {{ as_sent('counted_quantity') }} as counted_quantity_text,
    counted_quantity_unit_word,
    counted_quantity_read_how,
    unusable_quantity,
    {{ as_sent('unusable_quantity') }} as unusable_quantity_text,
    unusable_quantity_unit_word,
    unusable_quantity_read_how,
    landing_ref
from rows_in

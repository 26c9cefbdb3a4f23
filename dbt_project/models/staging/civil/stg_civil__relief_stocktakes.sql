-- One row per stocktake number: the newest accepted version of stocktakes.
with rows_in as ({{ newest_accepted('civil__relief_stocktakes', ['stocktake_no']) }})

select
    district_code,
    stocktake_no,
    stock_no,
    counted_date,
    book_quantity,
    counted_quantity,
    unusable_quantity,
    landing_ref
from rows_in

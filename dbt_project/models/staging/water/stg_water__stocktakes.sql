-- One row per stocktake: the newest accepted version of what the water bureau sent.
with landed as (
    {{ newest_accepted('water__stocktakes', ['stocktake_no']) }}
)

select
    district_code,
    stocktake_no,
    stock_no,
    counted_date,
    book_quantity,
    counted_quantity,
    usable_quantity,
    landing_ref
from landed

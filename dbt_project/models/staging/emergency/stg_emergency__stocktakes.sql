-- One row per count of a stock line: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__stocktakes', ['count_no']) }}
)

select
    district_code,
    count_no,
    stock_no,
    book_quantity,
    counted_quantity,
    unit_price_yuan,
    counted_date,
    counter_name_mask,
    landing_ref
from landed

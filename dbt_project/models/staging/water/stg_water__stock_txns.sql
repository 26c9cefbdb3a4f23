-- One row per movement: the newest accepted version of what the water bureau sent.
with landed as (
    {{ newest_accepted('water__stock_txns', ['txn_no']) }}
)

select
    district_code,
    txn_no,
    stock_no,
    direction_word,
    quantity,
    measure_word,
    ordered_at,
    {{ as_sent('ordered_at') }} as ordered_at_text,
    moved_at,
    landing_ref
from landed

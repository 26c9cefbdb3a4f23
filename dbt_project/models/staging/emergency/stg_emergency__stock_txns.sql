-- One row per stock movement: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__stock_txns', ['txn_no']) }}
)

select
    district_code,
    txn_no,
    stock_no,
    direction_word,
    quantity,
    measure_word,
    incident_no,
    ordered_at,
    {{ as_sent('ordered_at') }} as ordered_at_text,
    moved_at,
    landing_ref
from landed

-- One row per stock line: the newest accepted version of what the water bureau sent.
with landed as (
    {{ newest_accepted('water__stock_items', ['stock_no']) }}
)

select
    district_code,
    stock_no,
    warehouse_no,
    supply_code,
    article_name,
    article_name_code,
    quantity,
    measure_word,
    produced_date,
    {{ as_sent('produced_date') }} as produced_date_text,
    expires_date,
    {{ as_sent('expires_date') }} as expires_date_text,
    landing_ref
from landed

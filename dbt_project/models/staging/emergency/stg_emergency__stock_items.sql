-- One row per warehouse x article: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__stock_items', ['stock_no']) }}
)

select
    district_code,
    stock_no,
    warehouse_no,
    supply_code,
    article_name,
    article_name_code,
    quantity,
    usable_quantity,
    measure_word,
    unit_price_yuan,
    produced_date,
    {{ as_sent('produced_date') }} as produced_date_text,
    expires_date,
    {{ as_sent('expires_date') }} as expires_date_text,
    is_online,
    counted_date,
    {{ as_sent('counted_date') }} as counted_date_text,
    landing_ref
from landed

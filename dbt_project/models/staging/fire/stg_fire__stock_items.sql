-- One row per stock line: the newest accepted version of what the fire brigade sent.
with landed as (
    {{ newest_accepted('fire__stock_items', ['stock_no']) }}
)

select
    district_code,
    stock_no,
    team_no,
    supply_code,
    article_name,
    article_name_code,
    quantity,
    usable_quantity,
    measure_word,
    produced_date,
    {{ as_sent('produced_date') }} as produced_date_text,
    expires_date,
    {{ as_sent('expires_date') }} as expires_date_text,
    counted_date,
    {{ as_sent('counted_date') }} as counted_date_text,
    landing_ref
from landed

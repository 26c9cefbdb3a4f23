-- One row per move number: the newest accepted version of stock moves.
with rows_in as ({{ newest_accepted('civil__relief_stock_moves', ['move_no']) }})

select
    district_code,
    move_no,
    stock_no,
    moved_at,
    kind_word,
    quantity,
    {{ as_sent('quantity') }} as quantity_text,
    balance_quantity,
    {{ as_sent('balance_quantity') }} as balance_quantity_text,
    updated_at,
    landing_ref
from rows_in

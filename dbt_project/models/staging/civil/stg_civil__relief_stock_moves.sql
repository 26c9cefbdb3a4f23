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
    quantity_unit_word,
    quantity_read_how,
    balance_quantity,
    {{ as_sent('balance_quantity') }} as balance_quantity_text,
    balance_quantity_unit_word,
    balance_quantity_read_how,
    updated_at,
    landing_ref
from rows_in

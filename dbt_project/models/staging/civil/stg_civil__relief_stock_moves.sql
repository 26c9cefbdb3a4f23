-- One row per move number: the newest accepted version of stock moves.
with rows_in as ({{ newest_accepted('civil__relief_stock_moves', ['move_no']) }})

select
    district_code,
    move_no,
    stock_no,
    moved_at,
    kind_word,
    quantity,
    balance_quantity,
    updated_at,
    landing_ref
from rows_in

-- One row per count of a line of stock in a town's own store: the value in the book and how far the count is from it, in yuan.
with counts as (select * from {{ ref('stg_emergency__stocktakes') }}),

stock as (select * from {{ ref('fct_town_stock') }})

select
    counts.district_code,
    counts.count_no,
    counts.stock_no,
    stock.town_id,
    cast(counts.book_quantity * counts.unit_price_yuan as decimal(18, 2)) as book_yuan,
    cast(abs(counts.book_quantity - counts.counted_quantity) * counts.unit_price_yuan as decimal(18, 2)) as difference_yuan,
    counts.counted_date,
    counts.landing_ref
from counts
inner join stock
    on counts.district_code = stock.district_code
    and counts.stock_no = stock.stock_no

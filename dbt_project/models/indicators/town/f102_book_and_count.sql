-- One row per count of a line of stock in the period: the value in the book (denominator), and that less what the count is away
-- from it, up or down. A line without a price is seen, not counted.
with counts as ({{ rows_of_periods('fct_stocktakes', 'counted_date', 'facts.book_yuan >= 0 or facts.book_yuan is null') }})

select
{{ evidence('F102', 'town_id', 'stocktake', 'count_no', 'book_yuan - difference_yuan', 'book_yuan', 'counted_date') }}
from counts

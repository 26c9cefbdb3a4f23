-- One row per article of the norm of a town's store; numerator 1 when the usable stock in date at period end reaches the norm.
-- Of two norms of an article the newer holds.
with stock as (select * from {{ ref('fct_town_stock') }}),

asked as ({{ stock_norms_of_towns() }}),

judged as (
    select
        asked.district_code,
        asked.town_id,
        asked.period,
        asked.norm_no,
        case when coalesce(sum(stock.base_usable_quantity), 0) >= asked.norm_quantity then 1 else 0 end as is_held,
        coalesce(min(stock.landing_ref), asked.landing_ref) as landing_ref
    from asked
    left join stock
        on asked.district_code = stock.district_code
        and asked.town_id = stock.town_id
        and asked.article_code = stock.article_code
        and (stock.expires_date is null or stock.expires_date >= asked.end_date)
    group by
        asked.district_code, asked.town_id, asked.period, asked.norm_no, asked.norm_quantity, asked.landing_ref
)

select
{{ evidence('F101', 'town_id', 'stock_norm', 'norm_no', 'is_held', '1') }}
from judged

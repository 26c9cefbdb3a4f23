-- One row per article of the norm of a town's store; numerator 1 when the usable stock in date at period end reaches the norm.
-- Of two norms of an article the newer holds.
with towns as (select * from {{ ref('dim_towns') }}),

periods as (select * from {{ ref('dim_periods') }}),

norms as (
    select * from {{ ref('fct_stock_norms') }}
    where is_of_town and cohort_code <> 'unknown' and base_quantity > 0
),

stock as (select * from {{ ref('fct_town_stock') }}),

asked as (
    select
        towns.district_code,
        towns.town_id,
        periods.period,
        periods.end_date,
        norms.norm_no,
        norms.article_code,
        norms.base_quantity,
        norms.landing_ref
    from towns
    inner join periods on towns.district_code = periods.district_code
    inner join norms
        on towns.district_code = norms.district_code
        and norms.cohort_code in ('any', towns.cohort_code)
        and norms.valid_from_date <= periods.end_date
    qualify row_number() over (
        partition by towns.district_code, towns.town_id, periods.period, norms.article_code
        order by norms.valid_from_date desc, norms.norm_no desc
    ) = 1
),

judged as (
    select
        asked.district_code,
        asked.town_id,
        asked.period,
        asked.norm_no,
        case when coalesce(sum(stock.base_usable_quantity), 0) >= asked.base_quantity then 1 else 0 end as is_held,
        coalesce(min(stock.landing_ref), asked.landing_ref) as landing_ref
    from asked
    left join stock
        on asked.district_code = stock.district_code
        and asked.town_id = stock.town_id
        and asked.article_code = stock.article_code
        and (stock.expires_date is null or stock.expires_date >= asked.end_date)
    group by
        asked.district_code, asked.town_id, asked.period, asked.norm_no, asked.base_quantity, asked.landing_ref
)

select
{{ evidence('F101', 'town_id', 'stock_norm', 'norm_no', 'is_held', '1') }}
from judged

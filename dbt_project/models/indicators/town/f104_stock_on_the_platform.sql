-- One row per line of stock in the town's store; numerator 1 when it is on file on the platform.
with stock as (select * from {{ ref('fct_town_stock') }} where town_id is not null),

periods as (select * from {{ ref('dim_periods') }}),

judged as (
    select
        stock.district_code,
        stock.town_id,
        periods.period,
        stock.stock_no,
        case when stock.is_online then 1 else 0 end as is_on_platform,
        stock.landing_ref
    from stock
    inner join periods on stock.district_code = periods.district_code
)

select
{{ evidence('F104', 'town_id', 'stock_item', 'stock_no', 'is_on_platform', '1') }}
from judged

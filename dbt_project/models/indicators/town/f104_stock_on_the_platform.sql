-- One row per line of stock in the town's store; numerator 1 when it is on file on the platform.
with stock as ({{ rows_at_period_ends('fct_town_stock') }})

select
{{ evidence('F104', 'town_id', 'stock_item', 'stock_no', 'case when is_online then 1 else 0 end', '1') }}
from stock

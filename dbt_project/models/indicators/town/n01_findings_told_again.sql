-- One row per item that the town was told to mend in the period and had been told before.
with items as ({{ rows_of_periods('fct_supervised_items', 'issued_date', 'facts.is_repeated') }})

select
{{ evidence('N01', 'town_id', 'supervised_item', "silo || ':' || item_no", '1', '0', 'issued_date') }}
from items

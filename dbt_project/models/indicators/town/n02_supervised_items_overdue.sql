-- One row per item that the town was to mend by a day of the period and had not mended by then.
with items as ({{ rows_of_periods('fct_supervised_items', 'due_date', 'facts.is_overdue') }})

select
{{ evidence('N02', 'town_id', 'supervised_item', "silo || ':' || item_no", '1', '0', 'due_date') }}
from items

-- One row per village whose people were ordered to move in the period and of whom somebody who was not moved died.
with evacuations as ({{ rows_of_periods('fct_evacuations', 'ordered_at', 'facts.missed_death_count > 0') }})

select
{{ evidence('V06', 'town_id', 'evacuation', 'evacuation_no', '1', '0', 'ordered_at') }}
from evacuations

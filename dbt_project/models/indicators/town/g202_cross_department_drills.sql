-- One row per drill across departments that the town held in the twelve months to period end; the value is their number.
with drills as ({{ rows_of_years('fct_drills', 'held_date', "facts.level_code = 'town' and facts.is_cross_department") }})

select
{{ evidence('G202', 'town_id', 'drill', 'drill_no', '1', '0', 'held_date') }}
from drills

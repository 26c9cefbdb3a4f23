-- One row per hazard found in the period; numerator 1 when video, a sensor or a drone found it.
with hazards as ({{ rows_of_periods('fct_hazards', 'found_at') }})

select
{{ evidence('C203', 'town_id', 'hazard', 'hazard_id', "case when source_code = 'smart' then 1 else 0 end", '1', 'found_at') }}
from hazards

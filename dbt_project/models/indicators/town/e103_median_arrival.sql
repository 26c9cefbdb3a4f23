-- One row per fire, rescue or assistance call of the period; numerator is the minutes to the first arrival. Calls without
-- a usable arrival time are shown with nulls: seen, not counted.
with calls as ({{ rows_of_periods('fct_incidents', 'alarm_at', 'facts.is_counted_for_arrival') }})

select
{{ evidence('E103', 'town_id', 'incident', 'incident_id', 'arrival_minutes', "case when arrival_status = 'usable' then 1 else null end", 'alarm_at') }}
from calls

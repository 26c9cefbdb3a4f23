-- EP03: one row per time in the period that a team of the firm arrived at an incident of the bureau.
with turnouts as ({{ rows_of_periods('fct_firm_turnouts', 'called_at', 'facts.arrived_at is not null', unit='enterprise_id') }})

select
{{ evidence('EP03', 'enterprise_id', 'firm_turnout', 'turnout_no', '1', '1', 'called_at') }}
from turnouts

-- One row per roll call and per standby shift planned in the period; numerator 1 when it was held, or fully manned.
with calls as ({{ rows_of_periods('fct_roll_calls', 'planned_at') }}),

shifts as ({{ rows_of_periods('fct_duty_shifts', 'shift_start_at', 'facts.is_standby') }})

select
{{ evidence('A104', 'town_id', 'roll_call', 'roll_call_no', 'case when called_at is not null then 1 else 0 end', '1', 'planned_at') }}
from calls
union all
select
{{ evidence('A104', 'town_id', 'duty_shift', 'roster_no', 'case when is_met then 1 else 0 end', '1', 'shift_start_at') }}
from shifts

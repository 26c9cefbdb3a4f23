-- One row per real or false alarm (tests and repeats excluded) whose time limit ends in the period; numerator 1 in time.
with alarms as ({{ rows_of_periods('fct_alarms', 'due_at', 'not facts.is_test and not facts.is_repeat') }})

select
{{ evidence('D203', 'town_id', 'alarm', 'alarm_id', 'case when is_closed_in_time then 1 else 0 end', '1', 'raised_at') }}
from alarms

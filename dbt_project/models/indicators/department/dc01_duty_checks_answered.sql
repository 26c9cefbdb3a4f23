-- One row per check of a department's duty desk in the period; numerator 1 when it was answered.
with checks as ({{ rows_of_periods('fct_duty_checks', 'checked_at', unit='department') }})

select
{{ evidence('DC01', 'department', 'duty_check', 'check_no', 'case when is_answered then 1 else 0 end', '1', 'checked_at') }}
from checks

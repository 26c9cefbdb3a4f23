-- E604: one row per check of a hazchem firm's duty desk in the period; numerator 1 when nobody answered or the duty is not round the clock.
with checks as ({{ rows_of_periods('fct_firm_duty_checks', 'checked_at', unit='enterprise_id') }})

select
{{ evidence('E604', 'enterprise_id', 'firm_duty_check', 'check_no', 'case when is_answered and coalesce(is_24h, true) then 0 else 1 end', '1', 'checked_at') }}
from checks

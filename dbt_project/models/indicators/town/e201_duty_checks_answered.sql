-- One row per check of the town's duty desk in the period; numerator 1 when it was answered within a minute. An answer whose
-- time nobody can read is no answer in time.
with checks as ({{ rows_of_periods('fct_duty_checks', 'checked_at', 'facts.is_of_town') }}),

judged as (
    select
        *,
        case when answer_seconds between 0 and {{ parameter('duty_answer_seconds') }} then 1 else 0 end as is_in_time
    from checks
)

select
{{ evidence('E201', 'town_id', 'duty_check', 'check_no', 'is_in_time', '1', 'checked_at') }}
from judged

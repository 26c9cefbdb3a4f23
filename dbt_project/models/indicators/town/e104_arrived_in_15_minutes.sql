-- One row per fire, rescue or assistance call of the period; numerator 1 when reached in time. Calls without a usable
-- arrival time are shown with nulls: seen, not counted.
with calls as ({{ rows_of_periods('fct_incidents', 'alarm_at', 'facts.is_counted_for_arrival') }}),

judged as (
    select
        *,
        case
            when arrival_status <> 'usable' then cast(null as integer)
            when arrival_minutes <= {{ parameter('arrival_minutes') }} then 1
            else 0
        end as is_in_time
    from calls
)

select
{{ evidence('E104', 'town_id', 'incident', 'incident_id', 'is_in_time', "case when arrival_status = 'usable' then 1 else null end", 'alarm_at') }}
from judged

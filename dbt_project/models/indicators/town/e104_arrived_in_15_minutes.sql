-- One row per fire, rescue or assistance call of the period; numerator 1 when reached in time. Calls without a usable
-- arrival time are shown with nulls: seen, not counted.
with incidents as (select * from {{ ref('fct_incidents') }}),

periods as (select * from {{ ref('dim_periods') }}),

calls as (
    select
        incidents.*,
        periods.period,
        case
            when incidents.arrival_status <> 'usable' then cast(null as integer)
            when incidents.arrival_minutes <= {{ parameter('arrival_minutes') }} then 1
            else 0
        end as is_in_time
    from incidents
    inner join periods
        on incidents.district_code = periods.district_code
        and incidents.alarm_at >= periods.start_at
        and incidents.alarm_at < periods.end_before_at
    where incidents.is_counted_for_arrival and incidents.town_id is not null
)

select
{{ evidence('E104', 'town_id', 'incident', 'incident_id', 'is_in_time', "case when arrival_status = 'usable' then 1 else null end", 'alarm_at') }}
from calls

-- One row per fire, rescue or assistance call of the period; numerator is the minutes to the first arrival. Calls without
-- a usable arrival time are shown with nulls: seen, not counted.
with incidents as (select * from {{ ref('fct_incidents') }}),

periods as (select * from {{ ref('dim_periods') }}),

calls as (
    select incidents.*, periods.period
    from incidents
    inner join periods
        on incidents.district_code = periods.district_code
        and incidents.alarm_at >= periods.start_at
        and incidents.alarm_at < periods.end_before_at
    where incidents.is_counted_for_arrival and incidents.town_id is not null
)

select
{{ evidence('E103', 'town_id', 'incident', 'incident_id', 'arrival_minutes', "case when arrival_status = 'usable' then 1 else null end", 'alarm_at') }}
from calls

-- One row per town x period whose arrivals of the twelve months heap in the last minute before the limit: many there, few in the minute after.
with arrivals as ({{ rows_of_years('fct_incidents', 'alarm_at', condition='facts.is_counted_for_arrival and facts.arrival_minutes is not null') }}),

counted as (
    select
        district_code,
        town_id,
        period,
        sum(case
            when arrival_minutes > {{ parameter('arrival_minutes') }} - 1 and arrival_minutes <= {{ parameter('arrival_minutes') }} then 1 else 0
        end) as before_count,
        sum(case
            when arrival_minutes > {{ parameter('arrival_minutes') }} and arrival_minutes <= {{ parameter('arrival_minutes') }} + 1 then 1 else 0
        end) as after_count,
        max(alarm_at) as alarm_at,
        max_by(landing_ref, cast(alarm_at as string) || landing_ref) as landing_ref
    from arrivals
    group by district_code, town_id, period
)

select {{ audit_row('I5', 'town', 'town_id', 'before_count', 'cast(' ~ parameter('audit_heap_factor') ~ ' * (after_count + 1) as integer)', "concat(cast(before_count as string), ' arrivals in the minute before the limit, ', cast(after_count as string), ' in the minute after')", 'alarm_at') }}
from counted
where before_count >= {{ parameter('audit_heap_count') }} and before_count > {{ parameter('audit_heap_factor') }} * (after_count + 1)

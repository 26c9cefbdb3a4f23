-- One row per town x period whose arrivals of the twelve months heap in the last minute before the limit: many there, few in the minute after,
-- and more than the three minutes on either side would let one expect (where arrivals are frequent anyway there is no heap).
with arrivals as ({{ rows_of_years('fct_incidents', 'alarm_at', condition='facts.is_counted_for_arrival and facts.arrival_minutes is not null') }}),

timed as (
    -- minutes past the limit: 0 is the last moment in time
    select *, arrival_minutes - {{ parameter('arrival_minutes') }} as past_minutes from arrivals
),

counted as (
    select
        district_code,
        town_id,
        period,
        sum(case when past_minutes > -1 and past_minutes <= 0 then 1 else 0 end) as before_count,
        sum(case when past_minutes > 0 and past_minutes <= 1 then 1 else 0 end) as after_count,
        sum(case when past_minutes > -4 and past_minutes <= 3 then 1 else 0 end) as near_count,
        max(alarm_at) as alarm_at,
        max_by(landing_ref, cast(alarm_at as string) || landing_ref) as landing_ref
    from timed
    group by district_code, town_id, period
),

limits as (
    select
        *,
        greatest(
            {{ parameter('audit_heap_factor') }} * (after_count + 1),
            {{ parameter('audit_heap_sides') }} * {{ ratio('near_count - before_count', '6') }}
        ) as limit_count
    from counted
)

select {{ audit_row('I5', 'town', 'town_id', 'before_count', 'limit_count', "concat(cast(before_count as string), ' arrivals in the minute before the limit, ', cast(after_count as string), ' in the minute after, ', cast(near_count - before_count as string), ' in the three minutes on either side')", 'alarm_at') }}
from limits
where before_count >= {{ parameter('audit_heap_count') }} and before_count > limit_count

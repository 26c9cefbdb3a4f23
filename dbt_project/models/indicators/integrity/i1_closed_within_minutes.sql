-- One row per report of a hazard whose log has it closed within minutes of the finding.
with steps as (
    select
        district_code,
        hazard_id,
        record_id,
        min(case when event_state = 'DISCOVERED' then occurred_at else null end) as found_at,
        min(case when event_state = 'CLOSED' then occurred_at else null end) as closed_at,
        min_by(landing_ref, cast(occurred_at as string) || landing_ref) filter (where event_state = 'CLOSED') as landing_ref
    from {{ ref('fct_hazard_life_events') }}
    group by district_code, hazard_id, record_id
),

closed as ({{ audited('steps', 'closed_at') }}),

timed as (
    select
        *,
        {{ ratio(seconds_between('found_at', 'closed_at'), '60', 2) }} as minutes
    from closed
    where closed_at >= found_at
)

select {{ audit_row('I1', 'hazard_report', 'record_id', 'minutes', parameter('audit_close_minutes'), "concat('closed ', cast(minutes as string), ' min after it was found')", 'closed_at') }}
from timed
where minutes <= {{ parameter('audit_close_minutes') }}

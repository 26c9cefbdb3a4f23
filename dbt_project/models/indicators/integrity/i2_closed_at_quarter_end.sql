-- One row per town x period in which too large a share of the closings falls into the last two days of the quarter.
with steps as (
    select district_code, hazard_id, occurred_at as closed_at, landing_ref
    from {{ ref('fct_hazard_life_events') }}
    where event_state = 'CLOSED' and is_accepted
),

closed as ({{ audited('steps', 'closed_at') }}),

counted as (
    select
        district_code,
        town_id,
        period,
        count(*) as closed_count,
        sum(case when {{ days_between(local_date('closed_at'), 'end_date') }} < {{ parameter('audit_last_days') }} then 1 else 0 end) as last_count,
        max(closed_at) as closed_at,
        max_by(landing_ref, cast(closed_at as string) || landing_ref) as landing_ref
    from closed
    where town_id is not null
    group by district_code, town_id, period
),

shared as (select *, {{ ratio('last_count', 'closed_count') }} as last_share from counted)

select {{ audit_row('I2', 'town', 'town_id', 'last_share', parameter('audit_last_days_share'), "concat(cast(last_count as string), ' of ', cast(closed_count as string), ' closings')", 'closed_at') }}
from shared
where last_share > {{ parameter('audit_last_days_share') }} and closed_count >= {{ parameter('audit_least_count') }}

-- One row per hazard closed in the 180 days to period end; numerator 1 when the same firm and clause were found again
-- within 180 days of the closing.
with hazards as (select * from {{ ref('fct_hazards') }}),

periods as (select * from {{ ref('dim_periods') }}),

closed as (
    select
        hazards.district_code,
        hazards.town_id,
        hazards.hazard_id,
        hazards.firm_no,
        coalesce(hazards.enterprise_id, hazards.firm_no) as firm_key,
        hazards.clause_code,
        hazards.closed_at,
        hazards.landing_ref,
        periods.period,
        periods.end_before_at
    from hazards
    inner join periods
        on hazards.district_code = periods.district_code
        and hazards.closed_at < periods.end_before_at
        and hazards.closed_at >= periods.end_before_at - interval '1' day * cast({{ parameter('recurrence_days') }} as integer)
    where hazards.town_id is not null
),

judged as (
    select
        closed.district_code,
        closed.town_id,
        closed.period,
        closed.hazard_id,
        closed.closed_at,
        closed.landing_ref,
        max(case when again.hazard_id is not null then 1 else 0 end) as is_repeated
    from closed
    left join hazards as again
        on closed.district_code = again.district_code
        and closed.firm_key = coalesce(again.enterprise_id, again.firm_no)
        and closed.clause_code = again.clause_code
        and again.found_at > closed.closed_at
        and again.found_at < closed.end_before_at
        and again.found_at <= closed.closed_at + interval '1' day * cast({{ parameter('recurrence_days') }} as integer)
    group by
        closed.district_code, closed.town_id, closed.period, closed.hazard_id, closed.closed_at, closed.landing_ref
)

select
{{ evidence('C305', 'town_id', 'hazard', 'hazard_id', 'is_repeated', '1', 'closed_at') }}
from judged

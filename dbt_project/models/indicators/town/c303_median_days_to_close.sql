-- One row per general hazard found in the period: days watched (numerator) and 1 when closed by period end, 0 when still
-- open then (denominator). The score path takes the Kaplan-Meier median of them.
with hazards as (select * from {{ ref('fct_hazards') }}),

periods as (select * from {{ ref('dim_periods') }}),

found as (
    select
        hazards.district_code,
        hazards.town_id,
        hazards.hazard_id,
        hazards.found_at,
        hazards.landing_ref,
        periods.period,
        coalesce(hazards.closed_at < periods.end_before_at, false) as is_closed,
        {{ seconds_between(
            'hazards.found_at',
            'case when hazards.closed_at < periods.end_before_at then hazards.closed_at else periods.end_before_at end'
        ) }} as watched_seconds
    from hazards
    inner join periods
        on hazards.district_code = periods.district_code
        and hazards.found_at >= periods.start_at
        and hazards.found_at < periods.end_before_at
    where hazards.is_general and hazards.town_id is not null
)

select
{{ evidence('C303', 'town_id', 'hazard', 'hazard_id', ratio('greatest(watched_seconds, 0)', '86400'), 'case when is_closed then 1 else 0 end', 'found_at') }}
from found

-- One row per kind of event for which the town must have a plan (some only in the hills); numerator 1 when a plan of the town
-- for it was in force at period end. Whether it is up to date is G103.
with towns as (select * from {{ ref('dim_towns') }}),

periods as (select * from {{ ref('dim_periods') }}),

event_types as (select * from {{ ref('dim_event_types') }} where is_town_required),

plans as (select * from {{ ref('fct_plans') }} where level_code = 'town'),

judged as (
    select
        towns.district_code,
        towns.town_id,
        periods.period,
        event_types.event_type_code,
        max(case when plans.plan_no is not null then 1 else 0 end) as has_plan,
        coalesce(min(plans.landing_ref), event_types.landing_ref) as landing_ref
    from towns
    inner join periods on towns.district_code = periods.district_code
    inner join event_types
        on towns.district_code = event_types.district_code
        and (not coalesce(event_types.is_hill_only, false) or towns.cohort_code = 'hills')
    left join plans
        on towns.district_code = plans.district_code
        and towns.town_id = plans.town_id
        and event_types.event_type_code = plans.event_type_code
        and plans.in_force_date <= periods.end_date
        and (plans.abolished_date is null or plans.abolished_date > periods.end_date)
    group by towns.district_code, towns.town_id, periods.period, event_types.event_type_code, event_types.landing_ref
)

select
{{ evidence('G101', 'town_id', 'event_type', 'event_type_code', 'has_plan', '1') }}
from judged

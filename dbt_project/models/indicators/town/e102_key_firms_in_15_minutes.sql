-- One row per active key firm: numerator 1 when the first able team reaches it in time. One that cannot be told apart from a firm out of
-- reach (no point, no road, no team) counts as out of reach; without a road graph nothing is counted.
with arrivals as (select * from {{ ref('fct_arrivals') }} where place_kind = 'firm' and is_key and town_id is not null),

cases as (
    select * from {{ ref('method_circle_cases') }}
    where indicator_code = 'E102' and method_version = '{{ var("method_version") }}'
),

periods as (select * from {{ ref('dim_periods') }}),

judged as (
    select
        arrivals.*,
        case when arrivals.arrival_status = 'in_time' then 1 else 0 end as is_reached
    from arrivals
    inner join periods on arrivals.district_code = periods.district_code and arrivals.period = periods.period
    inner join cases
        on arrivals.scenario_code = cases.scenario_code
        and arrivals.event_code = cases.event_code
        and {{ last_day() }} between cases.effective_from and cases.effective_to
)

select
{{ evidence('E102', 'town_id', 'enterprise', 'place_id', "case when arrival_status = 'no_roads' then null else is_reached end", "case when arrival_status = 'no_roads' then null else 1 end") }}
from judged

-- One row per grid: residents (denominator) and those whom the first able team reaches in time (numerator). A grid that cannot be told
-- apart from one out of reach (no point, no road, no team) counts as out of reach; without a road graph nothing is counted.
with arrivals as (select * from {{ ref('fct_arrivals') }} where place_kind = 'grid' and town_id is not null),

cases as (
    select * from {{ ref('method_circle_cases') }}
    where indicator_code = 'E101' and method_version = '{{ var("method_version") }}'
),

periods as (select * from {{ ref('dim_periods') }}),

judged as (
    select
        arrivals.*,
        case when arrivals.arrival_status = 'in_time' then arrivals.resident_count else 0 end as reached_count
    from arrivals
    inner join periods on arrivals.district_code = periods.district_code and arrivals.period = periods.period
    inner join cases
        on arrivals.scenario_code = cases.scenario_code
        and arrivals.event_code = cases.event_code
        and {{ last_day() }} between cases.effective_from and cases.effective_to
)

select
{{ evidence('E101', 'town_id', 'place', 'place_id', "case when arrival_status = 'no_roads' then null else reached_count end", "case when arrival_status = 'no_roads' then null else resident_count end") }}
from judged

-- One row per measure of the whole district that core facts tell of x period: what was counted, of how many, and whether the list came.
with towns as (select * from {{ ref('dim_towns') }}),

periods as (select * from {{ ref('dim_periods') }}),

contests as ({{ rows_of_years('fct_contest_results', 'held_date') }}),

drills as ({{ rows_of_years('fct_drills', 'held_date', 'facts.is_with_national_team') }}),

-- a year of grants ends before period end: what came of a grant cannot be checked on the day it is given
grants as (
    select
        facts.*,
        periods.period,
        coalesce(facts.is_more_able and facts.checked_date <= periods.end_date, false) as is_shown
    from {{ ref('fct_team_grants') }} as facts
    inner join periods
        on facts.district_code = periods.district_code
        and {{ days_between('facts.approved_date', 'periods.end_date') }} between {{ parameter('grant_outcome_days') }} and {{ parameter('grant_outcome_days') }} + 364
),

register as (
    select periods.district_code, periods.period, count(*) as town_count
    from periods
    inner join towns on periods.district_code = towns.district_code
    group by periods.district_code, periods.period
),

listed as (
    select district_code, 'R111' as measure_code, min(held_date) as first_date from {{ ref('fct_contest_results') }} group by district_code
    union all
    select district_code, 'R117', min(approved_date) from {{ ref('fct_team_grants') }} group by district_code
    union all
    select district_code, 'R120', min(planned_date) from {{ ref('fct_drills') }} group by district_code
),

counted as (
    select district_code, period, 'R111' as measure_code, count(distinct town_id) as counted_count from contests group by district_code, period
    union all
    select district_code, period, 'R117', sum(case when is_shown then 1 else 0 end) from grants group by district_code, period
    union all
    select district_code, period, 'R120', count(distinct town_id) from drills group by district_code, period
),

given as (select district_code, period, count(*) as grant_count from grants group by district_code, period),

measures as (
    select register.*, codes.measure_code
    from register
    cross join (
        select 'R111' as measure_code
        union all
        select 'R117' as measure_code
        union all
        select 'R120' as measure_code
    ) as codes
)

select
    measures.district_code,
    measures.period,
    measures.measure_code,
    coalesce(counted.counted_count, 0) as counted_count,
    case when measures.measure_code = 'R117' then coalesce(given.grant_count, 0) else measures.town_count end as whole_count,
    coalesce(listed.first_date <= periods.end_date, false) as is_told
from measures
inner join periods on measures.district_code = periods.district_code and measures.period = periods.period
left join listed on measures.district_code = listed.district_code and measures.measure_code = listed.measure_code
left join counted
    on measures.district_code = counted.district_code
    and measures.period = counted.period
    and measures.measure_code = counted.measure_code
left join given on measures.district_code = given.district_code and measures.period = given.period

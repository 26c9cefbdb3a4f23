-- One row per town x period: its villages, how many have a plan, how many of these name people, duties and flow (G102), and how many
-- do so on as many pages as a plan of a village may have.
with villages as (select * from {{ ref('dim_divisions') }} where level_code = 'village' and is_current),

towns as (select * from {{ ref('dim_towns') }}),

periods as (select * from {{ ref('dim_periods') }}),

plans as (select * from {{ ref('fct_village_plans') }}),

deliveries as (select * from {{ ref('fct_silo_deliveries') }} where silo = 'governance' and table_name = 'village_plans'),

counted as (
    select
        villages.district_code,
        villages.town_id,
        periods.period,
        villages.division_id,
        max(case when plans.plan_no is not null then 1 else 0 end) as has_plan,
        max(case when plans.is_complete then 1 else 0 end) as is_complete,
        max(case when plans.is_complete and plans.page_count <= {{ parameter('village_plan_pages') }} then 1 else 0 end) as is_one_page
    from villages
    inner join periods on villages.district_code = periods.district_code
    left join plans
        on villages.district_code = plans.district_code
        and villages.division_id = plans.village_id
        and (plans.approved_date is null or plans.approved_date <= periods.end_date)
    group by villages.district_code, villages.town_id, periods.period, villages.division_id
),

summed as (
    select
        district_code,
        town_id,
        period,
        count(*) as village_count,
        sum(has_plan) as plan_count,
        sum(is_complete) as complete_count,
        sum(is_one_page) as one_page_count
    from counted
    group by district_code, town_id, period
)

select
    cast(towns.district_code as string) as district_code,
    cast(towns.town_id as string) as town_id,
    cast(periods.period as string) as period,
    cast(towns.town_name_zh as string) as town_name_zh,
    cast(towns.town_name_en as string) as town_name_en,
    cast(case
        when coalesce(deliveries.delivery_status, 'not_delivered') <> 'delivered' then 'not_reported'
        when summed.village_count is null then 'not_applicable'
        else 'counted'
    end as string) as cover_status,
    cast(coalesce(summed.village_count, 0) as bigint) as village_count,
    cast(case when deliveries.delivery_status = 'delivered' then coalesce(summed.plan_count, 0) else null end as bigint) as plan_count,
    cast(case when deliveries.delivery_status = 'delivered' then coalesce(summed.complete_count, 0) else null end as bigint) as complete_count,
    cast(case when deliveries.delivery_status = 'delivered' then coalesce(summed.one_page_count, 0) else null end as bigint) as one_page_count
from towns
inner join periods on towns.district_code = periods.district_code
left join deliveries on periods.district_code = deliveries.district_code and periods.period = deliveries.period
left join summed
    on towns.district_code = summed.district_code
    and towns.town_id = summed.town_id
    and periods.period = summed.period

-- One row per station of a town x period, always: hours learned a head (B301), courses finished in time (B302), and the plans of rotation
-- training due in the twelve months to period end: how many were carried out, and how many people went through.
with towns as (select * from {{ ref('dim_towns') }}),

periods as (select * from {{ ref('dim_periods') }}),

cells as (select * from {{ ref('town_indicator_scores') }}),

plans as ({{ rows_of_years('fct_training_plans', 'due_date') }}),

rotations as (
    select
        district_code,
        town_id,
        period,
        count(*) as plan_count,
        sum(case when done_date <= end_date then 1 else 0 end) as done_count,
        sum(coalesce(target_count, 0)) as target_count,
        sum(case when done_date <= end_date then least(coalesce(trained_count, 0), coalesce(target_count, 0)) else 0 end) as trained_count
    from plans
    where kind_code = 'rotation'
    group by district_code, town_id, period
)

select
    cast(towns.district_code as string) as district_code,
    cast(towns.town_id as string) as town_id,
    cast(periods.period as string) as period,
    cast(towns.town_name_zh as string) as town_name_zh,
    cast(towns.town_name_en as string) as town_name_en,
    cast(coalesce(hours.cell_status, 'not_reported') as string) as hours_status,
    cast(coalesce(courses.cell_status, 'not_reported') as string) as course_status,
    cast(case
        when rotations.plan_count is null then 'no_plan'
        when rotations.done_count = rotations.plan_count and rotations.trained_count >= rotations.target_count then 'met'
        when rotations.done_count > 0 then 'short'
        else 'none'
    end as string) as rotation_status,
    cast(coalesce(rotations.plan_count, 0) as bigint) as rotation_plan_count,
    cast(coalesce(rotations.done_count, 0) as bigint) as rotation_done_count,
    cast(coalesce(rotations.target_count, 0) as bigint) as rotation_target_count,
    cast(coalesce(rotations.trained_count, 0) as bigint) as rotation_trained_count,
    cast(case when hours.cell_status = 'observed' then hours.raw_value else null end as decimal(18, 6)) as year_hours_per_head,
    cast(case when courses.cell_status = 'observed' then courses.numerator else null end as bigint) as course_in_time_count,
    cast(case when courses.cell_status = 'observed' then courses.denominator else null end as bigint) as course_count
from towns
inner join periods on towns.district_code = periods.district_code
left join cells as hours
    on towns.district_code = hours.district_code
    and towns.town_id = hours.town_id
    and periods.period = hours.period
    and hours.indicator_code = 'B301'
left join cells as courses
    on towns.district_code = courses.district_code
    and towns.town_id = courses.town_id
    and periods.period = courses.period
    and courses.indicator_code = 'B302'
left join rotations
    on towns.district_code = rotations.district_code
    and towns.town_id = rotations.town_id
    and periods.period = rotations.period

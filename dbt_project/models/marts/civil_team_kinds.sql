-- One row per town x speciality of a civil rescue team based there x period: teams, how many are registered, insured and graded on the last
-- day, and by the best grade they hold.
with teams as (select * from {{ ref('fct_civil_teams') }} where town_id is not null),

towns as (select * from {{ ref('dim_towns') }}),

summed as (
    select
        district_code,
        period,
        town_id,
        coalesce(specialty_word, 'none') as specialty_word,
        count(*) as team_count,
        sum(case when is_registered then 1 else 0 end) as registered_count,
        sum(case when is_insured then 1 else 0 end) as insured_count,
        sum(case when is_graded then 1 else 0 end) as graded_count,
        sum(case when is_registered and is_insured and is_graded then 1 else 0 end) as in_order_count,
        sum(case when best_grade = 1 then 1 else 0 end) as grade_1_count,
        sum(case when best_grade = 2 then 1 else 0 end) as grade_2_count,
        sum(case when best_grade = 3 then 1 else 0 end) as grade_3_count
    from teams
    group by district_code, period, town_id, coalesce(specialty_word, 'none')
)

select
    cast(summed.district_code as string) as district_code,
    cast(summed.town_id as string) as town_id,
    cast(summed.period as string) as period,
    cast(summed.specialty_word as string) as specialty_word,
    cast(towns.town_name_zh as string) as town_name_zh,
    cast(towns.town_name_en as string) as town_name_en,
    cast(summed.team_count as bigint) as team_count,
    cast(summed.registered_count as bigint) as registered_count,
    cast(summed.insured_count as bigint) as insured_count,
    cast(summed.graded_count as bigint) as graded_count,
    cast(summed.in_order_count as bigint) as in_order_count,
    cast(summed.grade_1_count as bigint) as grade_1_count,
    cast(summed.grade_2_count as bigint) as grade_2_count,
    cast(summed.grade_3_count as bigint) as grade_3_count
from summed
inner join towns on summed.district_code = towns.district_code and summed.town_id = towns.town_id

-- One row per department x period: base, bonus, final score, bounds, grade after vetoes, coverage and rank among its like (METHOD 4 to 7).
with graded as (select * from {{ ref('int_department_quarters') }}),

periods as (select * from {{ ref('dim_periods') }}),

departments as (select * from {{ ref('dim_departments') }}),

ranked as (
    select
        district_code,
        department,
        period,
        cast(rank() over (partition by district_code, period, group_code order by final_score desc) as integer) as rank_in_group
    from graded
    where score_status = 'rated'
),

group_sizes as (
    select district_code, period, group_code, cast(count(*) as integer) as group_size
    from graded
    group by district_code, period, group_code
)

select
    graded.district_code,
    graded.department,
    graded.period,
    periods.method_version,
    departments.silo,
    departments.department_name_zh,
    departments.department_name_en,
    departments.is_government,
    graded.group_code,
    {{ published_scores() }},
    ranked.rank_in_group,
    group_sizes.group_size,
    previous_ranked.rank_in_group as previous_rank,
    graded.judged_count,
    graded.observed_count
from graded
inner join periods on graded.district_code = periods.district_code and graded.period = periods.period
inner join departments on graded.district_code = departments.district_code and graded.department = departments.department
inner join group_sizes
    on graded.district_code = group_sizes.district_code
    and graded.period = group_sizes.period
    and graded.group_code = group_sizes.group_code
{{ last_quarter('department') }}

-- One row per department x period: base, bonus, final score, bounds, grade after vetoes, coverage and rank (METHOD 4 to 7). A supplier that
-- is no government body, and whoever has no other task, is judged on its data alone, at full weight, and ranked among its like.
with {{ score_inputs('department') }},

tasked as (
    select distinct periods.district_code, periods.period, scopes.department
    from {{ ref('method_department_scope') }} as scopes
    inner join periods on periods.end_date between scopes.effective_from and scopes.effective_to
    where scopes.method_version = '{{ var("method_version") }}'
),

departments as (
    select
        departments.*,
        periods.period,
        case when departments.is_government and tasked.department is not null then 'all_tasks' else 'data_only' end as group_code
    from {{ ref('dim_departments') }} as departments
    inner join periods on departments.district_code = periods.district_code
    left join tasked
        on departments.district_code = tasked.district_code
        and departments.department = tasked.department
        and periods.period = tasked.period
),

-- one event suffices
vetoes as (
    select
        computed.district_code,
        computed.department,
        computed.period,
        rules.indicator_code as veto_code,
        rules.cap_grade
    from computed
    inner join rules
        on computed.indicator_code = rules.indicator_code
        and rules.kind = 'veto'
        and rules.is_due
    where computed.value > 0
),

-- of falsified data it is known that they are worth nothing: who falsified is rated, and not better for it
{{ quarter_scores('department', "cell_status = 'observed' or is_falsified") }},

ranked as (
    select
        graded.district_code,
        graded.department,
        graded.period,
        cast(rank() over (
            partition by graded.district_code, graded.period, departments.group_code order by graded.final_score desc
        ) as integer) as rank_in_group
    from graded
    inner join departments
        on graded.district_code = departments.district_code
        and graded.department = departments.department
        and graded.period = departments.period
    where graded.score_status = 'rated'
),

group_sizes as (
    select district_code, period, group_code, cast(count(*) as integer) as group_size
    from departments
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
    departments.group_code,
    {{ published_scores() }},
    ranked.rank_in_group,
    group_sizes.group_size,
    previous_ranked.rank_in_group as previous_rank,
    graded.judged_count,
    graded.observed_count
from graded
inner join periods on graded.district_code = periods.district_code and graded.period = periods.period
inner join departments
    on graded.district_code = departments.district_code
    and graded.department = departments.department
    and graded.period = departments.period
inner join group_sizes
    on departments.district_code = group_sizes.district_code
    and departments.period = group_sizes.period
    and departments.group_code = group_sizes.group_code
{{ last_quarter('department') }}

{{ config(materialized='table') }}
-- One row per department x period: base, bonus, bounds, final score, grade after vetoes and coverage (METHOD 4 to 7), and whose like it is. A
-- supplier that is no government body, and whoever has no other task, is judged on its data alone, at full weight. Ranks are the marts'.
with {{ score_inputs('department') }},

tasked as (
    select distinct periods.district_code, periods.period, scopes.department
    from {{ ref('method_department_scope') }} as scopes
    inner join periods on {{ last_day() }} between scopes.effective_from and scopes.effective_to
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
{{ quarter_scores('department', "cell_status = 'observed' or is_falsified") }}

select
    graded.*,
    departments.group_code
from graded
inner join departments
    on graded.district_code = departments.district_code
    and graded.department = departments.department
    and graded.period = departments.period

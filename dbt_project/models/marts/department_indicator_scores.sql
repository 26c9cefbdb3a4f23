-- One row per department x indicator x period, all 24 indicators, with what the quarter before said.
with cells as (select * from {{ ref('int_department_cells') }}),

departments as (select * from {{ ref('dim_departments') }}),

indicators as ({{ indicators_of('department') }}),

periods as (select * from {{ ref('dim_periods') }})

select
    cells.district_code,
    cells.department,
    cells.period,
    cells.indicator_code,
    cells.l1_code,
    departments.silo,
    departments.department_name_zh,
    departments.department_name_en,
    indicators.name_zh,
    indicators.name_en,
    indicators.unit,
    indicators.direction,
    cells.cell_status,
    indicators.missing_rule,
    cells.is_shrunk,
    cells.numerator,
    cells.denominator,
    cells.value,
    cast(indicators.floor_value as decimal(18, 6)) as floor_value,
    cast(indicators.target_value as decimal(18, 6)) as target_value,
    cells.score,
    cast(round(cells.score, 2) as decimal(7, 2)) as published_score,
    cells.weight_share,
    cells.points_lost,
    cells.evidence_count,
    indicators.rule_status,
    previous.value as previous_value,
    previous.score as previous_score
from cells
inner join departments
    on cells.district_code = departments.district_code
    and cells.department = departments.department
inner join indicators on cells.indicator_code = indicators.indicator_code
inner join periods on cells.district_code = periods.district_code and cells.period = periods.period
left join cells as previous
    on cells.district_code = previous.district_code
    and cells.department = previous.department
    and cells.indicator_code = previous.indicator_code
    and periods.previous_period = previous.period

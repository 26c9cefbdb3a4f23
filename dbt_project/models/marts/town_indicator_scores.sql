-- One row per town x indicator x period, all 70 indicators, with what the quarter before said.
with cells as (select * from {{ ref('int_town_cells') }}),

indicators as ({{ indicators_of('town') }}),

periods as (select * from {{ ref('dim_periods') }})

select
    cells.district_code,
    cells.town_id,
    cells.period,
    cells.indicator_code,
    cells.l1_code,
    cells.l2_code,
    indicators.name_zh,
    indicators.name_en,
    indicators.unit,
    indicators.direction,
    indicators.aggregation,
    cells.cell_status,
    indicators.missing_rule,
    cells.is_shrunk and cells.cell_status = 'observed' as is_shrunk,
    cells.numerator,
    cells.denominator,
    cells.sample_count,
    cells.raw_value,
    cells.value,
    cells.district_value,
    indicators.floor_text,
    indicators.target_text,
    cells.score,
    cast(round(cells.score, 2) as decimal(7, 2)) as published_score,
    cells.weight_share,
    cells.points_lost,
    cells.evidence_count,
    indicators.rule_status,
    previous.value as previous_value,
    previous.score as previous_score
from cells
inner join indicators on cells.indicator_code = indicators.indicator_code
inner join periods on cells.district_code = periods.district_code and cells.period = periods.period
left join cells as previous
    on cells.district_code = previous.district_code
    and cells.town_id = previous.town_id
    and cells.indicator_code = previous.indicator_code
    and periods.previous_period = previous.period

-- One row per town x period x level-1 or level-2 node, also where nothing is due: then the weight is nought and the score null.
with cells as (select * from {{ ref('int_town_cells') }}),

indicators as ({{ indicators_of('town') }}),

nodes as (
    select
        l1_code as node_code,
        cast(null as string) as parent_code,
        1 as node_level,
        max(l1_name_zh) as node_name_zh,
        max(l1_name_en) as node_name_en
    from indicators
    group by l1_code
    union all
    select l2_code, max(l1_code), 2, max(l2_name_zh), max(l2_name_en)
    from indicators
    group by l2_code
),

summed as (
    select
        cells.district_code,
        cells.town_id,
        cells.period,
        nodes.node_code,
        sum(cells.weight_share) as weight_share,
        sum(cells.weight_share * coalesce(cells.score, 0)) as weighted_score
    from cells
    inner join nodes on nodes.node_code in (cells.l1_code, cells.l2_code)
    group by cells.district_code, cells.town_id, cells.period, nodes.node_code
)

select
    summed.district_code,
    summed.town_id,
    summed.period,
    summed.node_code,
    nodes.parent_code,
    cast(nodes.node_level as integer) as node_level,
    nodes.node_name_zh,
    nodes.node_name_en,
    cast(summed.weight_share as decimal(18, 9)) as weight_share,
    {{ ratio('summed.weighted_score', 'summed.weight_share') }} as score,
    cast(round({{ ratio('summed.weighted_score', 'summed.weight_share') }}, 2) as decimal(7, 2)) as published_score
from summed
inner join nodes on summed.node_code = nodes.node_code

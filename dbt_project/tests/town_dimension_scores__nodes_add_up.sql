-- The weights of the level-1 nodes sum to one, and each level-1 node weighs what its level-2 nodes weigh together.
select town_id, period, 'total' as node_code, sum(weight_share) as weight_share
from {{ ref('town_dimension_scores') }}
where node_level = 1
group by town_id, period
having sum(weight_share) not in (0, 1)
union all
select parents.town_id, parents.period, parents.node_code, max(parents.weight_share)
from {{ ref('town_dimension_scores') }} as parents
inner join {{ ref('town_dimension_scores') }} as children
    on parents.town_id = children.town_id
    and parents.period = children.period
    and parents.node_code = children.parent_code
group by parents.town_id, parents.period, parents.node_code
having max(parents.weight_share) <> sum(children.weight_share)

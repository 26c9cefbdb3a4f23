-- The weights of what is due and applies sum to one, to the last place, for every town and period with anything due.
select town_id, period, sum(weight_share) as weight_share
from {{ ref('town_indicator_scores') }}
group by town_id, period
having sum(weight_share) <> 1 and sum(case when cell_status in ('not_due', 'not_applicable') then 0 else 1 end) > 0

-- Points lost are 100 minus the base score: exactly, before rounding to the published places.
select scores.town_id, scores.period, max(scores.base_score) as base_score, sum(cells.points_lost) as points_lost
from {{ ref('town_quarter_scores') }} as scores
inner join {{ ref('town_indicator_scores') }} as cells
    on scores.town_id = cells.town_id and scores.period = cells.period
group by scores.town_id, scores.period
having max(scores.base_score) <> cast(round(100 - sum(cells.points_lost), 2) as decimal(7, 2))

-- A better published score never has a worse rank, and equal scores share it.
select better.town_id, worse.town_id as other_town_id, better.period
from {{ ref('town_quarter_scores') }} as better
inner join {{ ref('town_quarter_scores') }} as worse
    on better.period = worse.period and better.score_status = 'rated' and worse.score_status = 'rated'
where (better.final_score > worse.final_score and better.rank_overall >= worse.rank_overall)
    or (better.final_score = worse.final_score and better.rank_overall <> worse.rank_overall)

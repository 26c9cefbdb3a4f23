-- The score lies between its bounds; a rank and a grade go with a rating and only with it.
select *
from {{ ref('town_quarter_scores') }}
where final_score < lower_score or final_score > upper_score
    or (score_status = 'rated') <> (rank_overall is not null)
    or (score_status = 'rated') <> (grade is not null)
    or coverage_share < 0 or coverage_share > 1

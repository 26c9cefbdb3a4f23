-- More than 40 % of the weight without data: no grade and no score, whatever else is known. Else a grade, never better than its veto.
select enterprise_id, period, rating_status, grade, coverage_share, veto_codes
from {{ ref('enterprise_quarter_ratings') }}
where (rating_status = 'rated') <> (grade is not null)
    or (rating_status = 'rated') <> (final_score is not null)
    or (rating_status = 'rated' and coverage_share < 0.6)
    or (rating_status = 'not_rated' and coverage_share > 0.6)
    or (rating_status = 'not_rated') <> (veto_codes like '%EV10%')
    or (veto_codes like '%EV04%' and grade <> 'D')
    or (veto_codes like '%EV05%' and grade in ('A', 'B'))

-- More than 40 % of the weight without data: no grade and no score, whatever else is known. Else a grade, never better than its veto.
select enterprise_id, period, rating_status, grade, coverage_share, veto_codes
from {{ ref('enterprise_quarter_ratings') }} as ratings
where (rating_status = 'rated') <> (grade is not null)
    or (rating_status = 'rated') <> (final_score is not null)
    or (rating_status = 'rated' and coverage_share < 0.6)
    or (rating_status = 'not_rated' and coverage_share > 0.6)
    or (rating_status = 'not_rated') <> (veto_codes like '%EV10%')
    or exists(
        select 1
        from {{ ref('method_enterprise_items') }} as vetoes
        where vetoes.kind = 'veto'
            and vetoes.cap_grade in ('C', 'D')
            and instr(ratings.veto_codes, vetoes.item_code) > 0
            and ratings.grade < vetoes.cap_grade
    )

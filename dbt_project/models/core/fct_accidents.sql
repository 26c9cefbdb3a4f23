-- One row per work accident, graded by the four words of decree 493 (art. 3).
with accidents as ({{ rows_of_towns('stg_emergency__accidents', 'LOCAL', on_date=local_date('rows_in.occurred_at')) }})

select
    district_code,
    accident_no,
    town_id,
    case grade_word
        when '一般' then 'general'
        when '较大' then 'serious'
        when '重大' then 'major'
        when '特别重大' then 'extraordinary'
        else 'unknown'
    end as grade_code,
    death_count,
    serious_injury_count,
    coalesce(is_responsible, false) as is_responsible,
    occurred_at,
    landing_ref
from accidents

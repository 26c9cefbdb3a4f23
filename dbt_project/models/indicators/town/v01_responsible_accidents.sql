-- One row per work accident of the period of a grade above general for which the firm was found responsible; denominator 1
-- from the grade 重大 up, which caps the town's grade lower.
with accidents as (
    {{ rows_of_periods('fct_accidents', 'occurred_at', "facts.is_responsible and facts.grade_code in ('serious', 'major', 'extraordinary')") }}
)

select
{{ evidence('V01', 'town_id', 'accident', 'accident_no', '1', "case when grade_code = 'serious' then 0 else 1 end", 'occurred_at') }}
from accidents

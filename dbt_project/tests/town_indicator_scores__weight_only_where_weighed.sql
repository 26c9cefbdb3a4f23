-- What is not due or does not apply weighs nothing; everything else weighs something and has a score.
select town_id, period, indicator_code, cell_status, weight_share, score
from {{ ref('town_indicator_scores') }}
where (cell_status in ('not_due', 'not_applicable') and (weight_share <> 0 or score is not null))
    or (cell_status not in ('not_due', 'not_applicable') and (weight_share <= 0 or score is null))

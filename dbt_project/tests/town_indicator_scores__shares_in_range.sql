-- Scores lie in 0-100; shares in percent lie in 0-100.
select town_id, period, indicator_code, value, score
from {{ ref('town_indicator_scores') }}
where score < 0 or score > 100 or (unit = '%' and (value < 0 or value > 100))

-- A cell nobody verified earns nothing, unless somebody excused it in writing.
select town_id, period, indicator_code, cell_status, score
from {{ ref('town_indicator_scores') }}
where cell_status in ('not_reported', 'unreadable') and score <> 0

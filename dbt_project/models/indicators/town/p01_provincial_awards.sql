-- One row per award that somebody of the town won in the period at a contest of the province or above.
with results as ({{ rows_of_periods('fct_contest_results', 'held_date', 'facts.is_provincial and facts.is_awarded') }})

select
{{ evidence('P01', 'town_id', 'contest_result', 'result_no', '1', '0', 'held_date') }}
from results

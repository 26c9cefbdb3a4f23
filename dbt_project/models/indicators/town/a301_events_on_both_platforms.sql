-- One row per event of the period that should be on both platforms; numerator 1 when it carries a number of both.
with events as ({{ rows_of_periods('fct_event_matches', 'matched_at', 'facts.is_eligible') }})

select
{{ evidence('A301', 'town_id', 'event_match', 'match_no', 'case when is_merged then 1 else 0 end', '1', 'matched_at') }}
from events

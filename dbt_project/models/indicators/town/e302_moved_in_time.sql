-- One row per village whose people were ordered to move, with a deadline in the twelve months to period end: people to move
-- (denominator) and moved by then, never more. Where nobody had to move there is nothing to count (M2).
with evacuations as ({{ rows_of_years('fct_evacuations', 'deadline_at', 'facts.ordered_count > 0') }})

select
{{ evidence('E302', 'town_id', 'evacuation', 'evacuation_no', 'least(coalesce(moved_on_time_count, 0), ordered_count)', 'ordered_count', 'deadline_at') }}
from evacuations

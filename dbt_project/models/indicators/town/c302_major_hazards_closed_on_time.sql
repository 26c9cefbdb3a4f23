-- One row per major hazard whose deadline falls in the period; numerator 1 when accepted events close it before the deadline.
with due as ({{ hazards_due('hazards.is_major') }})

select
{{ evidence('C302', 'town_id', 'hazard', 'hazard_id', 'is_on_time', '1', 'deadline_at') }}
from due

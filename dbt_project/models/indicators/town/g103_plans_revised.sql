-- One row per plan of the town or of a village in it, in force at period end; numerator 1 when it is up to date: approved or revised
-- within three years, and not past the day its list gives for the next revision. A revision after the approval on the list ends
-- that day.
with plans as ({{ plans_in_force() }}),

{{ plans_judged('town_id') }}

select
{{ evidence('G103', 'town_id', 'plan', 'plan_no', 'case when is_current then 1 else 0 end', '1', 'coalesce(revised_date, approved_date)') }}
from judged

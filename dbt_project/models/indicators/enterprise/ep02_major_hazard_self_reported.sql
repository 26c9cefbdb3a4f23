-- EP02: one row per major hazard that the firm itself reported and closed in time within the period.
with hazards as ({{ rows_of_periods('fct_hazards', 'closed_at', "facts.is_major and facts.source_code = 'self' and facts.closed_at < facts.deadline_at", unit='enterprise_id') }})

select
{{ evidence('EP02', 'enterprise_id', 'hazard', 'hazard_id', '1', '1', 'closed_at') }}
from hazards

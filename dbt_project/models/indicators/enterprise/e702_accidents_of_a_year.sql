-- E702: one row per accident of the item's window of the lowest grade or above, numerator 1; and one row per firm that says its name was
-- looked up. No register of accidents at all: no rows, the item is not reported.
with accidents as ({{ rows_of_years('fct_firm_accidents', 'occurred_at', "facts.grade_code not in ('below', 'unknown')", unit='enterprise_id') }})

{{ register_evidence('E702', 'fct_firm_accidents') }}
union all
select
{{ evidence('E702', 'enterprise_id', 'firm_accident', 'accident_id', '1', '0', 'occurred_at') }}
from accidents

-- E701: one row per accident of the item's window; numerator 1 when the firm told of it more than an hour later. Below the lowest grade
-- nothing must be told; where the time of telling cannot be read nothing is counted. No accident: the item does not apply.
with accidents as ({{ rows_of_years('fct_firm_accidents', 'occurred_at', "facts.grade_code <> 'below'", unit='enterprise_id') }})

select
{{ evidence('E701', 'enterprise_id', 'firm_accident', 'accident_id', 'case when ' ~ seconds_between('occurred_at', 'reported_at') ~ ' > 3600 then 1 else 0 end', 'case when reported_at is null then 0 else 1 end', 'occurred_at') }}
from accidents

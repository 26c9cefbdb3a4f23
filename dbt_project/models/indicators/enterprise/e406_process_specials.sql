-- E406: findings on dust, stenters, boilers and equipment that must be checked, up to period end: one row per inspection of the window and
-- per such hazard, and one per piece of equipment; numerator 1 when its check failed or is overdue.
with equipment as ({{ rows_at_period_ends('fct_firm_equipment', unit='enterprise_id') }})

{{ breach_evidence('E406') }}
union all
select
{{ evidence('E406', 'enterprise_id', 'equipment', 'equipment_no', "case when result_word = '不合格' or next_check_date < end_date then 1 else 0 end", '1', 'cast(checked_date as timestamp)') }}
from equipment
where checked_date is null or checked_date <= end_date

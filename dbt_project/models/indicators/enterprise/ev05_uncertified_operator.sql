-- EV05: one row per special operator on the register whose certificate is missing or void at period end, and per such finding still open.
select
{{ evidence('EV05', 'enterprise_id', 'person', 'person_id', '1', '1') }}
from {{ ref('fct_special_operators') }}
where is_void
union all
select
{{ evidence('EV05', 'enterprise_id', 'hazard', 'hazard_id', '1', '1', 'found_at') }}
from {{ ref('int_enterprise_inspection_breaches') }}
where item_code = 'EV05' and is_open_at_end

-- EN-01: one row per principal and safety officer of a high-risk firm; counts with a valid assessment, judged six months after appointment.
with held as (select * from {{ ref('int_enterprise_holdings') }} where rule_id = 'EN-01')

select
{{ evidence('EN-01', 'unit_id', 'person', 'person_id', "case when is_eligible and held_status in ('valid', 'expiring') then 1 else 0 end", "case when is_eligible then 1 else 0 end") }}
from held

-- EN-17: one row per special operator of the firm; counts with a certificate in force and reviewed. Ten years in one trade cannot be seen.
with held as (select * from {{ ref('int_enterprise_holdings') }} where rule_id = 'EN-17')

select
{{ evidence('EN-17', 'unit_id', 'person', 'person_id', "case when is_eligible and held_status in ('valid', 'expiring') then 1 else 0 end", "1") }}
from held

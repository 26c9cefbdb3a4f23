-- EN-12: one row per principal and safety officer of a high-risk firm; counts with 48 hours in the first year, 16 in each later one.
with held as (select * from {{ ref('int_enterprise_holdings') }} where rule_id = 'EN-12')

select
{{ evidence('EN-12', 'unit_id', 'person', 'person_id', "case when hours >= hours_needed then 1 else 0 end", "1") }}
from held

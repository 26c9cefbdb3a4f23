-- EN-11: one row per principal and safety officer of a firm that is not high-risk; counts with 32 hours in the first year, 12 in each later one.
with held as (select * from {{ ref('int_enterprise_holdings') }} where rule_id = 'EN-11')

select
{{ evidence('EN-11', 'unit_id', 'person', 'person_id', "case when hours >= hours_needed then 1 else 0 end", "1") }}
from held

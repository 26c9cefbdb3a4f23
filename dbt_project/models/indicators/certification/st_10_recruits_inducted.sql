-- ST-10: one row per person taken on in the last twelve months; counts when inducted within the days, judged once they have run out.
with held as (select * from {{ ref('int_station_holdings') }} where rule_id = 'ST-10')

select
{{ evidence('ST-10', 'unit_id', 'person', 'person_id', "case when is_eligible and held_status in ('valid', 'expiring') then 1 else 0 end", "case when is_eligible then 1 else 0 end") }}
from held

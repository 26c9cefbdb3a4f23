-- ST-11: one row per person counted at the station; counts when rotated through training within its months. Who came later has time left.
with held as (select * from {{ ref('int_station_holdings') }} where rule_id = 'ST-11')

select
{{ evidence('ST-11', 'unit_id', 'person', 'person_id', "case when is_eligible and held_status in ('valid', 'expiring') then 1 else 0 end", "case when is_eligible then 1 else 0 end") }}
from held

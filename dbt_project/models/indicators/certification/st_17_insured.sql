-- ST-17: one row per person counted at the station; counts when an accident insurance holds on the last day.
with held as (select * from {{ ref('int_station_holdings') }} where rule_id = 'ST-17')

select
{{ evidence('ST-17', 'unit_id', 'person', 'person_id', "case when is_eligible and held_status in ('valid', 'expiring') then 1 else 0 end", "1") }}
from held

-- ST-09: one row per person counted at the station; counts with 40 hours in twelve months, less for who came within the year.
with held as (select * from {{ ref('int_station_holdings') }} where rule_id = 'ST-09')

select
{{ evidence('ST-09', 'unit_id', 'person', 'person_id', "case when hours >= hours_needed then 1 else 0 end", "1") }}
from held

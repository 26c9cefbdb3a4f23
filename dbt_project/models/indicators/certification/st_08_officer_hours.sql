-- ST-08: one row per officer with a valid enforcement certificate; counts with 60 hours in twelve months, less for who came within the year.
with held as (select * from {{ ref('int_station_holdings') }} where rule_id = 'ST-08')

select
{{ evidence('ST-08', 'unit_id', 'person', 'person_id', "case when hours >= hours_needed then 1 else 0 end", "1") }}
from held

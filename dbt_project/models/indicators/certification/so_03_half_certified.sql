-- SO-03: one row per member of a civil rescue team; counts with a rescuer or first-aid certificate in force.
with held as (select * from {{ ref('int_team_holdings') }} where rule_id = 'SO-03')

select
{{ evidence('SO-03', 'unit_id', 'person', 'person_id', "case when is_eligible and held_status in ('valid', 'expiring') then 1 else 0 end", "1") }}
from held

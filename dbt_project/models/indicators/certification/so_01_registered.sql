-- SO-01: one row per civil rescue team of the period; met when it is registered and its supervisor is the emergency bureau or a sector
-- department.
with teams as (select * from {{ ref('fct_civil_teams') }})

select
{{ evidence('SO-01', 'team_no', 'civil_team', 'team_no', 'case when is_registered and is_supervised then 1 else 0 end', '1') }}
from teams

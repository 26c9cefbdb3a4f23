-- SO-02: one row per civil rescue team of the period; met when a grade of 1 to 3 holds on the last day.
with teams as (select * from {{ ref('fct_civil_teams') }})

select
{{ evidence('SO-02', 'team_no', 'civil_team', 'team_no', 'case when is_graded then 1 else 0 end', '1') }}
from teams

-- One row per civil rescue team based in the town at period end; numerator 1 when it is registered, insured and graded on
-- the last day. Where no team is based there is nothing to count (M2).
with teams as (select * from {{ ref('fct_civil_teams') }} where town_id is not null)

select
{{ evidence('I102', 'town_id', 'civil_team', 'team_no', 'case when is_registered and is_insured and is_graded then 1 else 0 end', '1') }}
from teams

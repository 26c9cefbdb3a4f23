-- SO-04: one row per civil rescue team of the period: the members it lists, and how many of them the policies in force on the last day
-- insure.
with teams as (select * from {{ ref('fct_civil_teams') }}),

members as (
    select unit_id, period, cast(count(*) as integer) as member_count
    from {{ ref('int_team_holdings') }}
    where rule_id = 'SO-03'
    group by unit_id, period
),

judged as (
    select
        teams.*,
        members.member_count,
        least(teams.insured_count, members.member_count) as covered_count
    from teams
    inner join members on teams.team_no = members.unit_id and teams.period = members.period
)

select
{{ evidence('SO-04', 'team_no', 'civil_team', 'team_no', 'covered_count', 'member_count') }}
from judged

-- One row per incident in another town to which a team based in the town came in the period, be it alone or beside the national
-- brigade. The professional brigade is the district's, wherever it is based.
with turnouts as (
    {{ rows_of_periods('fct_turnouts', 'called_at', "facts.team_town_id <> facts.town_id and facts.class_code <> 'professional' and facts.arrived_at is not null") }}
),

incidents as (
    select
        district_code,
        team_town_id,
        period,
        incident_no,
        min(called_at) as called_at,
        min(landing_ref) as landing_ref
    from turnouts
    group by district_code, team_town_id, period, incident_no
)

select
{{ evidence('P02', 'team_town_id', 'bureau_incident', 'incident_no', '1', '0', 'called_at') }}
from incidents

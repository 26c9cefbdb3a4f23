-- One row per team sent to an incident: the town of the incident, the town of the team, and which force it belongs to.
with turnouts as (select * from {{ ref('stg_emergency__turnouts') }}),

incidents as ({{ rows_of_towns('stg_emergency__incidents', 'LOCAL', on_date=local_date('rows_in.received_at')) }}),

teams as ({{ rows_of_towns('stg_emergency__teams', 'LOCAL') }}),

words as (select * from {{ ref('ref_words') }} where list_code = 'team_class')

select
    turnouts.district_code,
    turnouts.turnout_no,
    turnouts.incident_no,
    turnouts.team_no,
    incidents.town_id,
    teams.town_id as team_town_id,
    case
        when words.meaning_code in ('professional', 'volunteer') then 'fire'
        when words.meaning_code = 'station' then 'station'
        else 'other'
    end as force_code,
    coalesce(words.meaning_code, 'unknown') as class_code,
    turnouts.is_cross_town,
    coalesce(turnouts.is_with_national_team, false) as is_with_national_team,
    turnouts.called_at,
    turnouts.arrived_at,
    turnouts.landing_ref
from turnouts
left join incidents
    on turnouts.district_code = incidents.district_code
    and turnouts.incident_no = incidents.incident_no
left join teams
    on turnouts.district_code = teams.district_code
    and turnouts.team_no = teams.team_no
left join words on teams.team_class_word = words.word

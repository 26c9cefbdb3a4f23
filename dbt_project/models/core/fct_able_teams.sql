{{ config(tags=['linkage_input']) }}
-- One row per period x kind of event x team that is able for it, with the time it takes to turn out (method_team_abilities). A team
-- counts once: brigades by the fire register, station squads by their stations, all others by the emergency bureau's list.
with facilities as (select * from {{ ref('dim_facilities') }}),

fire_teams as (select * from {{ ref('stg_fire__teams') }}),

bureau_teams as (select * from {{ ref('stg_emergency__teams') }}),

words as (select * from {{ ref('ref_words') }} where list_code = 'team_class'),

abilities as (select * from {{ ref('method_team_abilities') }} where method_version = '{{ var("method_version") }}'),

cases as (select * from {{ ref('method_circle_cases') }} where method_version = '{{ var("method_version") }}'),

periods as (select * from {{ ref('dim_periods') }}),

classed as (
    select
        facilities.district_code,
        facilities.facility_id,
        facilities.lon,
        facilities.lat,
        facilities.landing_ref,
        case
            when facilities.facility_kind = 'fire_team' then 'professional'
            when facilities.facility_kind = 'volunteer_fire_team' then 'volunteer'
            when facilities.facility_kind = 'station' then 'station'
            when words.meaning_code in ('civil', 'village', 'militia') then words.meaning_code
            else cast(null as string)
        end as class_code,
        coalesce(bureau_teams.founded_date, fire_teams.founded_date) as founded_date
    from facilities
    left join bureau_teams
        on facilities.district_code = bureau_teams.district_code
        and facilities.facility_id = 'YJ-' || bureau_teams.team_no
        and facilities.facility_kind = 'rescue_team'
    left join fire_teams
        on facilities.district_code = fire_teams.district_code
        and facilities.facility_id = 'XF-' || fire_teams.team_no
        and facilities.facility_kind in ('fire_team', 'volunteer_fire_team')
    left join words on bureau_teams.team_class_word = words.word
)

select
    classed.district_code,
    periods.period,
    abilities.event_code,
    classed.facility_id,
    classed.class_code,
    -- the scenario in which the method judges this kind of event; none where it judges none
    cases.scenario_code as judged_scenario_code,
    abilities.turnout_seconds,
    classed.lon,
    classed.lat,
    classed.landing_ref
from classed
inner join periods
    on classed.district_code = periods.district_code
    and (classed.founded_date is null or classed.founded_date <= periods.end_date)
inner join abilities
    on classed.class_code = abilities.class_code
    and {{ last_day() }} between abilities.effective_from and abilities.effective_to
left join cases
    on abilities.event_code = cases.event_code
    and {{ last_day() }} between cases.effective_from and cases.effective_to

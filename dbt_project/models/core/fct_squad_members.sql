-- One row per member of a team on the bureau's list, with the person linkage takes them for and the town of the team.
with members as (select * from {{ ref('stg_emergency__team_members') }}),

teams as ({{ rows_of_towns('stg_emergency__teams', 'LOCAL') }}),

persons as (select * from {{ ref('map_person_records') }})

select
    members.district_code,
    members.member_no,
    members.team_no,
    teams.town_id,
    persons.person_id,
    teams.team_class_word = '应急管理站' as is_station_squad,
    members.joined_date,
    members.left_date,
    teams.dissolved_date,
    members.landing_ref
from members
inner join teams
    on members.district_code = teams.district_code
    and members.team_no = teams.team_no
left join persons
    on members.district_code = persons.district_code
    and {{ record_id_of('emergency', 'team_members', ['member_no'], 'members') }} = persons.record_id

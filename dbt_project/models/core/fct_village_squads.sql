-- One row per team of a village on the four platforms, with the village of today: squads, and the volunteer brigades that stand for
-- one.
with teams as (select * from {{ ref('stg_governance__village_teams') }}),

villages as ({{ villages_by_code() }}),

words as (select * from {{ ref('ref_words') }} where list_code = 'team_class')

select
    teams.district_code,
    teams.team_no,
    villages.division_id as village_id,
    coalesce(words.meaning_code in ('village', 'volunteer'), false) as is_village_squad,
    teams.member_count,
    teams.formed_date,
    teams.landing_ref
from teams
left join villages on teams.village_code = villages.division_code
left join words on teams.team_kind_word = words.word

-- One row per rescue team of any silo, as linkage found them, each value with the silo and the row that won (method_survivorship).
-- A name that only payments bear makes no team: such mentions wait in map_team_records.
with things as (
    {{ linked_things('team', [
        ['team_name', 'team_name', 'string'],
        ['class_code', 'class_code', 'string'],
        ['uscc', 'uscc', 'string'],
        ['village_code', 'village_code', 'string'],
        ['town', 'town_id', 'string'],
        ['member_count', 'member_count', 'integer'],
        ['point', 'point', 'decimal(10, 6)'],
    ]) }}
),

listed as (
    select distinct district_code, team_id
    from {{ ref('map_team_records') }}
    where not is_provisional
)

select things.*
from things
inner join listed on things.district_code = listed.district_code and things.team_id = listed.team_id

-- One row per unit that certification rules judge: stations, rated firms, town fire teams, civil teams, the pool of experts.
with towns as (select * from {{ ref('dim_towns') }}),

units as (
    select
        'enterprise' as scope,
        district_code,
        enterprise_id as unit_id,
        firm_name as unit_name,
        town_id
    from {{ ref('dim_enterprises') }}
    where is_rated_unit
    union all
    select 'fire_team', district_code, team_no, team_name, town_id from {{ ref('fct_fire_teams') }}
    union all
    select 'social', district_code, team_no, max(team_name), max(town_id)
    from {{ ref('fct_civil_teams') }}
    group by district_code, team_no
)

select
    units.scope,
    units.district_code,
    units.unit_id,
    coalesce(units.unit_name, units.unit_id) as unit_name_zh,
    -- firms and teams have no English name: their own stands
    coalesce(units.unit_name, units.unit_id) as unit_name_en,
    units.town_id
from units
union all
select
    'station',
    towns.district_code,
    towns.town_id,
    towns.town_name_zh,
    towns.town_name_en,
    towns.town_id
from towns
union all
select distinct
    'expert',
    towns.district_code,
    towns.district_code,
    '区级专家库',
    'District expert pool',
    cast(null as string)
from towns

{{ config(tags=['linkage_input']) }}
-- One row per record of a rescue team in any silo: registers, village lists, firms' and the fund's words of it, fire stations
-- on the map of facilities. Which records are one team is decided in linkage.
{%- set leads = "left join (select district_code, team_no, min(phone_hash) as phone_hash from " ~ ref('stg_emergency__team_members') ~ " where role_word = '队长' group by district_code, team_no) as leads on rows_in.district_code = leads.district_code and rows_in.team_no = leads.team_no" %}
{%- set of_firms = "left join " ~ ref('stg_firms__enterprises') ~ " as firms_of on rows_in.district_code = firms_of.district_code and rows_in.enterprise_no = firms_of.enterprise_no" %}
{%- set columns = [
    ['team_name', 'string'], ['class_word', 'string'], ['uscc', 'string'], ['village_code', 'string'], ['town_name', 'string'],
    ['own_key', 'string'], ['register_no', 'string'], ['leader_phone_hash', 'string'], ['lon', 'decimal(10, 6)'], ['lat', 'decimal(10, 6)'],
    ['member_count', 'integer'], ['seen_date', 'date'],
] %}
{%- set sources = [
    {'of': 'emergency__teams', 'key': ['team_no'], 'team_name': 'rows_in.team_name', 'class_word': 'rows_in.team_class_word', 'uscc': 'rows_in.uscc',
     'village_code': 'rows_in.village_code', 'town_name': 'rows_in.town_name', 'register_no': 'rows_in.team_no', 'leader_phone_hash': 'leads.phone_hash',
     'lon': 'rows_in.point_lon', 'lat': 'rows_in.point_lat', 'member_count': 'rows_in.member_count', 'seen_date': 'rows_in.founded_date', 'join': leads},
    {'of': 'fire__teams', 'key': ['team_no'], 'team_name': 'rows_in.team_name', 'class_word': 'rows_in.team_kind_word', 'uscc': 'rows_in.uscc',
     'village_code': 'rows_in.village_code', 'town_name': 'rows_in.town_name', 'register_no': 'rows_in.team_no', 'lon': 'rows_in.point_lon', 'lat': 'rows_in.point_lat',
     'seen_date': 'rows_in.founded_date'},
    {'of': 'civil__rescue_teams', 'key': ['team_no'], 'team_name': 'rows_in.team_name', 'class_word': "'民间救援队'", 'uscc': 'rows_in.uscc',
     'town_name': 'rows_in.town_name', 'own_key': "'civil:organisation:' || rows_in.org_no", 'register_no': 'rows_in.team_no', 'lon': 'rows_in.point_lon', 'lat': 'rows_in.point_lat',
     'member_count': 'rows_in.member_count', 'seen_date': 'rows_in.founded_date'},
    {'of': 'civil__social_organisations', 'key': ['org_no'], 'team_name': 'rows_in.org_name', 'class_word': "'民间救援队'", 'uscc': 'rows_in.uscc',
     'town_name': 'rows_in.town_name', 'own_key': "'civil:organisation:' || rows_in.org_no", 'seen_date': 'rows_in.registered_date', 'where': "rows_in.is_emergency and rows_in.org_name like '%救援%'"},
    {'of': 'governance__village_teams', 'key': ['team_no'], 'team_name': 'rows_in.team_name', 'class_word': 'rows_in.team_kind_word', 'village_code': 'rows_in.village_code',
     'town_name': 'rows_in.town_name', 'register_no': 'rows_in.team_no', 'member_count': 'rows_in.member_count', 'seen_date': 'rows_in.formed_date'},
    {'of': 'towns__village_squads', 'key': ['period', 'squad_no'], 'class_word': 'rows_in.level_word', 'village_code': 'rows_in.village_name_code',
     'town_name': 'rows_in.town_name', 'own_key': "'towns:squad:' || rows_in.squad_no", 'leader_phone_hash': 'rows_in.leader_phone_hash',
     'member_count': 'rows_in.member_count', 'seen_date': 'rows_in.call_tree_verified_date'},
    {'of': 'militia__squads', 'key': ['period', 'squad_no'], 'team_name': 'rows_in.squad_name', 'class_word': "'民兵'", 'village_code': 'rows_in.village_name_code',
     'town_name': 'rows_in.town_name', 'own_key': "'militia:squad:' || rows_in.squad_no", 'leader_phone_hash': 'rows_in.leader_phone_hash',
     'lon': 'rows_in.point_lon', 'lat': 'rows_in.point_lat', 'member_count': 'rows_in.listed_count', 'seen_date': 'rows_in.founded_date'},
    {'of': 'firms__emergency_staff', 'key': ['enterprise_no'], 'team_name': 'rows_in.team_name', 'class_word': "'义务消防队'", 'uscc': 'firms_of.uscc', 'town_name': 'firms_of.town_name',
     'lon': 'firms_of.point_lon', 'lat': 'firms_of.point_lat', 'member_count': 'rows_in.member_count', 'join': of_firms, 'where': 'rows_in.team_name is not null'},
    {'of': 'resources__emergency_facilities', 'key': ['facility_no'], 'team_name': 'rows_in.facility_name', 'class_word': 'rows_in.kind_word', 'town_name': 'rows_in.town_name',
     'register_no': 'rows_in.facility_no', 'lon': 'rows_in.point_lon', 'lat': 'rows_in.point_lat', 'seen_date': 'rows_in.updated_date', 'where': "rows_in.kind_word = '消防站'"},
    {'of': 'fund__grants', 'key': ['grant_no'], 'team_name': 'rows_in.team_name', 'seen_date': 'rows_in.approved_date', 'where': 'rows_in.team_name is not null'},
    {'of': 'fund__rescuer_covers', 'key': ['cover_no'], 'team_name': 'rows_in.team_name', 'seen_date': 'rows_in.from_date', 'where': 'rows_in.team_name is not null'},
] %}

with records as ({{ record_rows(sources, columns) }}),

words as (select * from {{ ref('ref_words') }} where list_code = 'team_class'),

towns as (select * from {{ ref('map_town_names') }}),

placed as (
    select
        records.*,
        {{ team_name_key('records.team_name') }} as name_key,
        words.meaning_code as class_code,
        towns.town_id
    from records
    left join words on records.class_word = words.word
    left join towns on towns.name_key = {{ town_name_key('records.town_name') }}
)

select
    district_code,
    record_id,
    'team' as entity_type,
    silo,
    table_name,
    silo || ':' || register_no as register_key,
    own_key,
    team_name,
    name_key,
    class_code,
    uscc,
    -- the code of a social organisation: a civil team under a firm's code is not that firm
    case when uscc like '5%' then uscc else null end as social_uscc,
    case when class_code = 'civil' or uscc like '5%' then null else uscc end as host_uscc,
    -- a village has one squad, a town one full-time brigade and one squad of its station
    case
        when class_code in ('village') then 'village:' || village_code
        when class_code in ('station') then 'station:' || town_id
        else null
    end as place_key,
    village_code,
    town_id,
    leader_phone_hash,
    team_name as label,
    {{ fields_shown(['team_name', 'class_code', 'uscc', 'village_code', 'town_name', 'member_count']) }} as shown,
    member_count,
    lon,
    lat,
    seen_date,
    landing_ref
from placed

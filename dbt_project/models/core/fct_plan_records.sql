{{ config(tags=['linkage_input']) }}
-- One row per record of an emergency plan in any silo, at its newest version: of the district, departments, towns, villages
-- and firms. Which records are one plan is decided in linkage; versions of a plan are in staging.
{%- set of_firms = "left join " ~ ref('stg_firms__enterprises') ~ " as firms_of on rows_in.district_code = firms_of.district_code and rows_in.enterprise_no = firms_of.enterprise_no" %}
{%- set columns = [
    ['plan_name', 'string'], ['level_word', 'string'], ['event_code_given', 'string'], ['event_word', 'string'], ['version_no', 'string'], ['uscc', 'string'], ['village_code', 'string'], ['town_name', 'string'],
    ['dept_code', 'string'], ['own_key', 'string'], ['register_no', 'string'], ['approved_date', 'date'], ['seen_date', 'date'],
] %}
{%- set sources = [
    {'of': 'emergency__plans', 'key': ['plan_no'], 'plan_name': 'rows_in.plan_name', 'level_word': 'rows_in.plan_level_word', 'event_code_given': 'rows_in.event_type_code', 'uscc': 'rows_in.uscc',
     'village_code': 'rows_in.village_code', 'town_name': 'rows_in.town_name', 'dept_code': 'rows_in.dept_code', 'register_no': 'rows_in.plan_no', 'approved_date': 'rows_in.approved_date', 'seen_date': 'rows_in.approved_date'},
    {'of': 'towns__town_plans', 'key': ['period', 'plan_no'], 'plan_name': 'rows_in.plan_name', 'level_word': "'镇街'", 'event_word': 'rows_in.event_word', 'version_no': 'rows_in.version_no', 'town_name': 'rows_in.town_name',
     'own_key': "'towns:' || rows_in.plan_no", 'approved_date': 'rows_in.approved_date', 'seen_date': 'rows_in.approved_date'},
    {'of': 'towns__village_plans', 'key': ['plan_no'], 'level_word': "'村社'", 'village_code': 'rows_in.village_name_code', 'town_name': 'rows_in.town_name', 'own_key': "'towns:' || rows_in.plan_no",
     'register_no': 'rows_in.plan_no', 'seen_date': 'rows_in.revised_date'},
    {'of': 'governance__village_plans', 'key': ['plan_no'], 'plan_name': 'rows_in.plan_name', 'level_word': "'村社'", 'village_code': 'rows_in.village_code', 'town_name': 'rows_in.town_name',
     'register_no': 'rows_in.plan_no', 'approved_date': 'rows_in.approved_date', 'seen_date': 'rows_in.approved_date'},
    {'of': 'firms__emergency_plans', 'key': ['plan_no'], 'plan_name': 'rows_in.plan_name', 'level_word': "'企业' || rows_in.kind_word", 'uscc': 'firms_of.uscc', 'register_no': 'rows_in.plan_no',
     'approved_date': 'rows_in.issued_date', 'seen_date': 'coalesce(rows_in.revised_date, rows_in.issued_date)', 'join': of_firms},
] %}

with records as ({{ record_rows(sources, columns) }}),

words as (select * from {{ ref('ref_words') }} where list_code = 'plan_level'),

events as (select * from {{ ref('ref_words') }} where list_code = 'plan_event'),

towns as (select * from {{ ref('map_town_names') }}),

placed as (
    select
        records.*,
        coalesce(records.event_code_given, events.meaning_code) as event_code,
        {{ plan_name_key('records.plan_name') }} as name_key,
        words.meaning_code as level_code,
        -- a village has one plan of one page, a firm one plan over all its others, a town one for each event
        case
            when words.meaning_code = 'village' then 'village:' || records.village_code
            when words.meaning_code = 'firm' then 'firm:' || records.uscc
            when words.meaning_code = 'town' then 'town:' || towns.town_id || ':' || coalesce(records.event_code_given, events.meaning_code)
            else null
        end as place_key,
        towns.town_id
    from records
    left join words on records.level_word = words.word
    left join events on records.event_word = events.word
    left join towns on towns.name_key = {{ town_name_key('records.town_name') }}
)

select
    district_code,
    record_id,
    'plan' as entity_type,
    silo,
    table_name,
    silo || ':' || table_name || ':' || register_no as register_key,
    own_key,
    plan_name,
    name_key,
    level_code,
    event_code,
    version_no,
    uscc,
    place_key,
    village_code,
    town_id,
    dept_code,
    coalesce(plan_name, place_key) as label,
    {{ fields_shown(['plan_name', 'level_code', 'event_code', 'version_no', 'uscc', 'village_code', 'town_name', 'dept_code']) }} as shown,
    approved_date,
    seen_date,
    landing_ref
from placed

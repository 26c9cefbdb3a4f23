{{ config(tags=['linkage_input']) }}
-- One row per record that names a person with a part in the evaluation, in any silo: the newest version of it. Whom a
-- record means is decided in linkage; people in need are not among them, nor are lists that give a name and nothing else.
{%- set team = "'team:' || " ~ team_name_key('teams_of.team_name') %}
{%- set of_bureau_team = "left join " ~ ref('stg_emergency__teams') ~ " as teams_of on rows_in.district_code = teams_of.district_code and rows_in.team_no = teams_of.team_no" %}
{%- set of_brigade_team = "left join " ~ ref('stg_fire__teams') ~ " as teams_of on rows_in.district_code = teams_of.district_code and rows_in.team_no = teams_of.team_no" %}
{%- set of_village_team = "left join " ~ ref('stg_governance__village_teams') ~ " as teams_of on rows_in.district_code = teams_of.district_code and rows_in.team_no = teams_of.team_no" %}
{%- set of_civil_team = "left join " ~ ref('stg_civil__rescue_teams') ~ " as teams_of on rows_in.district_code = teams_of.district_code and rows_in.team_no = teams_of.team_no" %}
{%- set firm = "'firm:' || firms_of.uscc" %}
{%- set of_brigade = "left join " ~ ref('stg_enforcement__enterprises') ~ " as firms_of on rows_in.district_code = firms_of.district_code and rows_in.firm_no = firms_of.firm_no" %}
{%- set of_firms = "left join " ~ ref('stg_firms__enterprises') ~ " as firms_of on rows_in.district_code = firms_of.district_code and rows_in.enterprise_no = firms_of.enterprise_no" %}
{%- set of_station = "left join " ~ ref('stg_emergency__stations') ~ " as stations on rows_in.district_code = stations.district_code and rows_in.station_no = stations.station_no" %}
{%- set staff = "'towns:staff:' || rows_in.staff_no" %}
{%- set village = "'village:' || rows_in.village_code" %}
{%- set town = 'rows_in.town_name' %}
{%- set sources = [
    {'silo': 'enforcement', 'table': 'station_rosters', 'key': ['roster_no'], 'role': 'station_staff', 'id': true, 'phone': 'phone', 'town': town, 'from': 'hired_date', 'to': 'left_date', 'seen': 'hired_date'},
    {'silo': 'enforcement', 'table': 'officer_certificates', 'key': ['cert_type_word', 'cert_no'], 'role': 'certificate_holder', 'id': true, 'town': town, 'from': 'issued_date', 'to': 'valid_to_date', 'seen': 'issued_date'},
    {'silo': 'enforcement', 'table': 'safety_officers', 'key': ['record_no'], 'role': 'safety_officer', 'id': true, 'unit': firm, 'join': of_brigade, 'from': 'appointed_date', 'seen': 'appointed_date'},
    {'silo': 'enforcement', 'table': 'special_operators', 'key': ['record_no'], 'role': 'special_operator', 'id': true, 'cert_identity': 'rows_in.cert_identity_hash', 'unit': firm, 'join': of_brigade, 'from': 'issued_date', 'to': 'valid_to_date', 'seen': 'issued_date'},
    {'silo': 'enforcement', 'table': 'violations', 'key': ['record_no'], 'role': 'violator', 'id': true, 'unit': firm, 'join': of_brigade, 'seen': 'found_date'},
    {'silo': 'police', 'table': 'auxiliary_staff', 'key': ['staff_no'], 'role': 'police_auxiliary', 'id': true, 'phone': 'phone', 'town': town, 'from': 'hired_date', 'to': 'left_date', 'seen': 'hired_date'},
    {'silo': 'police', 'table': 'village_police', 'key': ['record_no'], 'role': 'village_police', 'id': true, 'phone': 'phone', 'unit': village, 'town': town, 'from': 'assigned_date', 'seen': 'assigned_date'},
    {'silo': 'emergency', 'table': 'staff', 'key': ['person_no'], 'role': 'station_staff', 'id': true, 'phone': 'phone', 'town': 'stations.town_name', 'join': of_station, 'from': 'hired_date', 'to': 'left_date', 'seen': 'hired_date'},
    {'silo': 'emergency', 'table': 'team_members', 'key': ['member_no'], 'role': 'team_member', 'id': true, 'phone': 'phone', 'unit': team, 'join': of_bureau_team, 'from': 'joined_date', 'to': 'left_date', 'seen': 'joined_date'},
    {'silo': 'emergency', 'table': 'contacts', 'key': ['contact_no'], 'role': 'station_staff', 'phone': 'phone', 'seen': 'verified_date'},
    {'silo': 'emergency', 'table': 'village_duty_holders', 'key': ['holder_no'], 'role': 'village_duty_holder', 'phone': 'phone', 'unit': village, 'town': town, 'seen': 'verified_date'},
    {'silo': 'emergency', 'table': 'experts', 'key': ['expert_no'], 'role': 'expert', 'phone': 'phone', 'from': 'appointed_date', 'to': 'term_ends_date', 'seen': 'appointed_date'},
    {'silo': 'emergency', 'table': 'warehouses', 'key': ['warehouse_no'], 'role': 'store_keeper', 'name': 'keeper_name', 'phone': 'keeper_phone', 'town': town},
    {'silo': 'emergency', 'table': 'plan_tasks', 'key': ['task_no'], 'role': 'plan_duty_holder', 'phone': 'phone', 'seen': 'phone_verified_date'},
    {'silo': 'fire', 'table': 'crew_members', 'key': ['member_no'], 'role': 'team_member', 'id': true, 'phone': 'phone', 'unit': team, 'join': of_brigade_team, 'from': 'joined_date', 'to': 'left_date', 'seen': 'joined_date'},
    {'silo': 'fire', 'table': 'control_room_staff', 'key': ['record_no'], 'role': 'control_room', 'id': true, 'unit': "'firm:' || rows_in.uscc", 'from': 'issued_date', 'seen': 'issued_date'},
    {'silo': 'firms', 'table': 'safety_managers', 'key': ['record_no'], 'role': 'safety_officer', 'id': true, 'phone': 'phone', 'unit': firm, 'join': of_firms, 'from': 'appointed_date', 'to': 'left_date', 'seen': 'appointed_date'},
    {'silo': 'firms', 'table': 'special_operators', 'key': ['record_no'], 'role': 'special_operator', 'id': true, 'cert_identity': 'rows_in.cert_identity_hash', 'unit': firm, 'join': of_firms, 'from': 'issued_date', 'to': 'left_date', 'seen': 'issued_date'},
    {'silo': 'fund', 'table': 'grants', 'key': ['grant_no'], 'role': 'grant_recipient', 'id': true, 'town': town, 'seen': 'approved_date'},
    {'silo': 'fund', 'table': 'rescuer_covers', 'key': ['cover_no'], 'role': 'insured_rescuer', 'id': true, 'unit': "'team:' || " ~ team_name_key('rows_in.team_name'), 'from': 'from_date', 'to': 'to_date', 'seen': 'from_date'},
    {'silo': 'governance', 'table': 'villages', 'key': ['village_code'], 'role': 'village_duty_holder', 'name': 'duty_holder_name', 'phone': 'duty_holder_phone', 'unit': village, 'town': town},
    {'silo': 'governance', 'table': 'grid_workers', 'key': ['worker_no'], 'role': 'grid_worker', 'id': true, 'phone': 'phone', 'town': town, 'from': 'hired_date', 'to': 'left_date', 'seen': 'hired_date'},
    {'silo': 'governance', 'table': 'volunteers', 'key': ['volunteer_no'], 'role': 'volunteer', 'id': true, 'phone': 'phone', 'unit': village, 'town': town, 'from': 'registered_date', 'seen': 'registered_date'},
    {'silo': 'governance', 'table': 'village_team_members', 'key': ['member_no'], 'role': 'team_member', 'phone': 'phone', 'unit': team, 'join': of_village_team, 'from': 'joined_date', 'seen': 'joined_date'},
    {'silo': 'health', 'table': 'vulnerable_helpers', 'key': ['helper_no'], 'role': 'helper', 'name': 'helper_name', 'phone': 'helper_phone', 'from': 'assigned_date', 'to': 'ended_date', 'seen': 'assigned_date'},
    {'silo': 'health', 'table': 'first_aid_holders', 'key': ['cert_no'], 'role': 'first_aider', 'id': true, 'town': town, 'from': 'issued_date', 'to': 'valid_to_date', 'seen': 'issued_date'},
    {'silo': 'health', 'table': 'squad_health_workers', 'key': ['record_no'], 'role': 'team_member', 'id': true, 'phone': 'phone', 'unit': village, 'town': town, 'from': 'joined_date', 'to': 'left_date', 'seen': 'joined_date'},
    {'silo': 'militia', 'table': 'squads', 'key': ['period', 'squad_no'], 'role': 'team_leader', 'name': 'leader_name', 'phone': 'leader_phone', 'unit': "'militia:squads:' || rows_in.squad_no", 'town': town, 'seen': 'founded_date'},
    {'silo': 'militia', 'table': 'members', 'key': ['period', 'member_no'], 'role': 'militia', 'id': true, 'phone': 'phone', 'own': "'militia:members:' || rows_in.member_no", 'unit': "'militia:squads:' || rows_in.squad_no", 'town': town, 'from': 'joined_date', 'to': 'left_date', 'seen': 'joined_date'},
    {'silo': 'militia', 'table': 'call_trees', 'key': ['link_no'], 'role': 'militia', 'name': 'called_name', 'phone': 'called_phone', 'own': "'militia:members:' || rows_in.called_member_no", 'unit': "'militia:squads:' || rows_in.squad_no", 'town': town, 'seen': 'verified_date'},
    {'silo': 'civil', 'table': 'rescue_team_members', 'key': ['member_no'], 'role': 'team_member', 'id': true, 'phone': 'phone', 'unit': team, 'join': of_civil_team, 'from': 'joined_date', 'to': 'left_date', 'seen': 'joined_date'},
    {'silo': 'civil', 'table': 'volunteers', 'key': ['volunteer_no'], 'role': 'volunteer', 'id': true, 'phone': 'phone', 'unit': village, 'town': town, 'from': 'registered_date', 'seen': 'registered_date'},
    {'silo': 'civil', 'table': 'social_organisations', 'key': ['org_no'], 'role': 'organisation_head', 'name': 'legal_person_name', 'phone': 'phone', 'town': town, 'seen': 'registered_date'},
    {'silo': 'civil', 'table': 'relief_warehouses', 'key': ['warehouse_no'], 'role': 'store_keeper', 'name': 'keeper_name', 'phone': 'keeper_phone', 'town': town},
    {'silo': 'resources', 'table': 'geo_hazard_points', 'key': ['point_no'], 'role': 'risk_monitor', 'name': 'monitor_name', 'phone': 'monitor_phone', 'town': town, 'seen': 'reassessed_date'},
    {'silo': 'resources', 'table': 'risk_zones', 'key': ['zone_no'], 'role': 'risk_monitor', 'name': 'duty_name', 'phone': 'duty_phone', 'town': town, 'seen': 'updated_date'},
    {'silo': 'towns', 'table': 'station_staff', 'key': ['period', 'staff_no', 'unit_word'], 'role': 'station_staff', 'id': true, 'phone': 'phone', 'own': staff, 'town': town, 'from': 'hired_date', 'to': 'left_date', 'seen': 'hired_date'},
    {'silo': 'towns', 'table': 'pay_items', 'key': ['period', 'staff_no', 'item_word'], 'role': 'paid_staff', 'own': staff, 'town': town, 'seen': 'due_date'},
    {'silo': 'towns', 'table': 'insurance_policies', 'key': ['policy_no'], 'role': 'insured_staff', 'own': staff, 'town': town, 'from': 'valid_from_date', 'to': 'valid_to_date', 'seen': 'valid_from_date'},
    {'silo': 'towns', 'table': 'rewards', 'key': ['reward_no'], 'role': 'rewarded_staff', 'own': staff, 'town': town, 'seen': 'granted_date'},
    {'silo': 'towns', 'table': 'timesheets', 'key': ['staff_no', 'work_word', 'report_month'], 'role': 'station_staff', 'own': staff, 'town': town},
    {'silo': 'towns', 'table': 'village_squads', 'key': ['period', 'squad_no'], 'role': 'team_leader', 'name': 'leader_name', 'phone': 'leader_phone', 'unit': "'towns:village_squads:' || rows_in.squad_no", 'town': town, 'seen': 'call_tree_verified_date'},
    {'silo': 'towns', 'table': 'shelters', 'key': ['shelter_no'], 'role': 'shelter_keeper', 'name': 'keeper_name', 'phone': 'keeper_phone', 'town': town, 'seen': 'inspected_date'},
    {'silo': 'towns', 'table': 'village_plans', 'key': ['plan_no'], 'role': 'village_duty_holder', 'name': 'leader_name', 'phone': 'leader_phone', 'unit': "'village:' || rows_in.village_name_code", 'town': town, 'seen': 'revised_date'},
    {'silo': 'towns', 'table': 'plan_tasks', 'key': ['task_no'], 'role': 'plan_duty_holder', 'phone': 'phone', 'town': town, 'seen': 'phone_verified_date'},
    {'silo': 'training', 'table': 'learners', 'key': ['learner_id'], 'role': 'learner', 'id': true, 'phone': 'phone', 'own': "'training:learners:' || rows_in.learner_id", 'unit': "'firm:' || rows_in.uscc", 'town': town, 'from': 'hired_date', 'seen': 'hired_date'},
    {'silo': 'training', 'table': 'manager_certificates', 'key': ['certificate_id'], 'role': 'certificate_holder', 'id': true, 'own': "'training:learners:' || rows_in.learner_id", 'unit': "'firm:' || rows_in.uscc", 'from': 'issued_date', 'to': 'valid_to_date', 'seen': 'issued_date'},
    {'silo': 'water', 'table': 'warehouses', 'key': ['warehouse_no'], 'role': 'store_keeper', 'name': 'keeper_name', 'phone': 'keeper_phone', 'town': town},
    {'silo': 'weather', 'table': 'warning_recipients', 'key': ['recipient_no'], 'role': 'warning_recipient', 'phone': 'phone', 'unit': village, 'town': town, 'from': 'valid_from_date', 'seen': 'valid_from_date'},
] %}

with records as (
{%- for s in sources %}
{{ person_record(s) }}
{%- if not loop.last %}
    union all
{%- endif %}
{%- endfor %}
),

names as (select * from {{ ref('map_town_names') }}),

placed as (
    select
        records.*,
        names.town_id
    from records
    left join names on names.name_key = {{ town_name_key('records.town_name') }}
    -- a row that names nobody is no record of a person
    where records.person_hash is not null
        or coalesce(records.name_hash, records.name_surname_hash, records.name_given_hash) is not null
)

select
    district_code,
    record_id,
    'person' as entity_type,
    silo,
    table_name,
    role_code,
    own_key,
    coalesce(unit_key, case when role_code = 'station_staff' then 'station:' || town_id else null end) as unit_key,
    town_id,
    person_hash,
    id_stem_hash,
    cert_identity_hash,
    name_hash,
    name_pinyin_hash,
    name_surname_hash,
    name_given_hash,
    name_rare_last_hash,
    name_rare_middle_hash,
    phone_hash,
    person_name_mask,
    person_id_mask,
    phone_mask,
    person_name_mask as label,
    {{ fields_shown(['person_name_mask', 'person_id_mask', 'phone_mask', 'town_name', 'role_code']) }} as shown,
    birth_date,
    seen_date,
    valid_from_date,
    valid_to_date,
    landing_ref
from placed

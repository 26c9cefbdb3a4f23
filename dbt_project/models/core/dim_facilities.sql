{{ config(tags=['linkage_input']) }}
-- One row per facility of the rescue circle, from the register of the department that runs it: fire brigades and volunteer teams
-- (fire), emergency stations, teams, shelters and stores (emergency), hospitals (health). In WGS-84; without a point it is
-- still here. Which records of other departments are the same facility is linkage's to say.
{% set registers = [
    ('fire_team', 'stg_fire__teams', 'XF-', 'team_no', 'team_name', 'town_code', 'NBS', 'shift_people_count', "team_class_word = '专业消防队'"),
    ('volunteer_fire_team', 'stg_fire__teams', 'XF-', 'team_no', 'team_name', 'town_code', 'NBS', 'shift_people_count', "coalesce(team_class_word, '') <> '专业消防队'"),
    ('station', 'stg_emergency__stations', 'YJ-', 'station_no', 'station_name', 'town_code', 'LOCAL', none, 'true'),
    ('rescue_team', 'stg_emergency__teams', 'YJ-', 'team_no', 'team_name', 'town_code', 'LOCAL', 'member_count', 'dissolved_date is null'),
    ('shelter', 'stg_emergency__shelters', 'YJ-', 'shelter_no', 'shelter_name', 'town_code', 'LOCAL', 'usable_capacity_count', 'true'),
    ('warehouse', 'stg_emergency__warehouses', 'YJ-', 'warehouse_no', 'warehouse_name', 'town_code', 'LOCAL', none, 'true'),
    ('hospital', 'stg_health__medical_institutions', 'WJ-', 'institution_no', 'institution_name', none, 'NBS', 'bed_count', 'true'),
] %}
{% for kind, model, prefix, number, title, code, scheme, capacity, condition in registers -%}
select
    rows_of.district_code,
    '{{ prefix }}' || rows_of.{{ number }} as facility_id,
    '{{ kind }}' as facility_kind,
    rows_of.{{ title }} as facility_name,
    {{ town_id_of('rows_of') }} as town_id,
    rows_of.point_lon as lon,
    rows_of.point_lat as lat,
    cast({{ 'rows_of.' ~ capacity if capacity else 'null' }} as integer) as capacity_count,
    rows_of.landing_ref
from {{ ref(model) }} as rows_of
{{ town_joins('rows_of', scheme, code=code) }}
where {{ condition }}
{{ 'union all' if not loop.last }}
{% endfor -%}

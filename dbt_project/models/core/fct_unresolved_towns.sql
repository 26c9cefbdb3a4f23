-- One row per row whose code and name do not agree on a town: the name won, or nothing was found. For the review desk.
{% set facts = [
    ('dim_enterprises', 'enforcement.enterprises', 'town_code'),
    ('fct_hazards', 'enforcement.hazards', 'town_code'),
    ('fct_inspections', 'enforcement.inspections', 'town_code'),
    ('fct_inspection_plan', 'enforcement.inspection_plan', none),
    ('fct_incidents', 'police.incidents', 'town_code'),
    ('dim_devices', 'devices', 'town_code'),
    ('dim_stations', 'water.st_stbprp_b', 'town_code'),
] %}
{% for model, source_name, code in facts %}
select
    district_code,
    '{{ source_name }}' as source_name,
    {{ code if code else 'cast(null as string)' }} as town_code,
    {{ 'cast(null as string)' if model == 'dim_stations' else 'town_name' }} as town_name,
    town_id,
    town_match,
    landing_ref
from {{ ref(model) }}
where town_match in ('name_wins', 'unresolved')
union all
{% endfor %}
select distinct
    district_code,
    'enforcement.station_rosters' as source_name,
    town_code,
    town_name,
    town_id,
    town_match,
    landing_ref
from {{ ref('fct_station_roster') }}
where town_match in ('name_wins', 'unresolved')

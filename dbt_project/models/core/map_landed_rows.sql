-- One row per core row x landed row that made it, in both directions: whose row a landed row became, and which rows made a core row.
-- core_id is the id of the thing a core row is of; measured series go by their station or device. What reads rows only
-- to say something of their quality (signals, door results, mentions of divisions) makes no core row and is not here.
{% set made = [
    ('dim_enterprises', 'map_enterprise_records', 'enterprise_id', none),
    ('dim_persons', 'map_person_records', 'person_id', none),
    ('fct_hazard_lives', 'map_hazard_records', 'hazard_id', none),
    ('fct_hazard_lives', 'fct_hazard_life_events', 'hazard_id', none),
    ('dim_devices', 'map_device_records', 'device_id', 'dim_devices'),
    ('dim_plans', 'map_plan_records', 'plan_id', none),
    ('dim_rescue_stations', 'map_station_records', 'station_id', none),
    ('dim_stores', 'map_store_records', 'store_id', none),
    ('dim_teams', 'map_team_records', 'team_id', none),
    ('map_device_records', 'map_device_records', 'device_id', none),
    ('dim_facilities', 'dim_facilities', 'facility_id', none),
    ('dim_places', 'dim_places', 'place_id', none),
    ('dim_stations', 'dim_stations', 'station_code', none),
    ('fct_alarms', 'fct_alarms', 'alarm_id', none),
    ('fct_cases', 'fct_cases', 'case_id', none),
    ('fct_certificates', 'fct_certificates', 'certificate_id', none),
    ('fct_daily_rain', 'fct_daily_rain', 'station_code', none),
    ('fct_device_days', 'fct_device_days', 'device_id', none),
    ('fct_device_spans', 'fct_device_spans', 'device_id', none),
    ('fct_exchange_logs', 'fct_exchange_logs', 'log_no', none),
    ('fct_hazards', 'fct_hazards', 'hazard_id', none),
    ('fct_hazard_events', 'fct_hazard_events', 'hazard_event_id', none),
    ('fct_incidents', 'fct_incidents', 'incident_id', none),
    ('fct_inspection_plan', 'fct_inspection_plan', 'inspection_plan_id', none),
    ('fct_inspections', 'fct_inspections', 'inspection_id', none),
    ('fct_interface_probes', 'fct_interface_probes', 'probe_no', none),
    ('fct_people_in_need', 'fct_people_in_need', 'person_no', none),
    ('fct_road_segments', 'fct_road_segments', 'segment_no', none),
    ('fct_safety_officers', 'fct_safety_officers', 'record_no', none),
    ('fct_special_operators', 'fct_special_operators', 'record_no', none),
    ('fct_station_head_counts', 'fct_station_head_counts', 'town_id', none),
    ('fct_station_roster', 'fct_station_roster', 'roster_no', none),
    ('fct_stock_items', 'fct_stock_items', 'stock_no', none),
    ('fct_water_levels', 'fct_water_levels', 'station_code', none),
    ('fct_water_readings', 'fct_water_readings', 'station_code', none),
] %}
{% for core_model, told_by, id_column, only_of in made -%}
select
    told.district_code,
    '{{ core_model }}' as core_model,
    cast(told.{{ id_column }} as string) as core_id,
    told.landing_ref
from {{ ref(told_by) }} as told
{% if only_of -%}
inner join {{ ref(only_of) }} as kept on told.district_code = kept.district_code and told.{{ id_column }} = kept.{{ id_column }}
{% endif -%}
where told.landing_ref is not null and told.{{ id_column }} is not null
{{ 'union' if not loop.last }}
{% endfor -%}

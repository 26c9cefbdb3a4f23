{{ config(tags=['linkage_input']) }}
-- One row per record that names an enterprise, in any silo: registers, former names, leases, meters, and every event that
-- states a firm's name or code. What linkage compares; nothing is decided here.
{#
  Each source: silo, table, the key that is stable over re-sends, and what it says of the firm. no: the silo's own number
  of the firm; uscc: a column that has <uscc>_text beside it; point: 'point' for the point as repaired, 'plain' for lon and
  lat as sent; from: the day the firm was registered (not the day on which somebody opened a file on it); firm: a condition where
  not every row is about a firm.
#}
{%- set sources = [
    {'of': 'firms__enterprises', 'key': ['enterprise_no'], 'kind': 'register', 'no': 'enterprise_no', 'name': 'enterprise_name', 'key_of_name': true,
     'uscc': 'uscc', 'scheme': 'NBS', 'address': true, 'point': 'point', 'phone': 'safety_phone_hash', 'form': 'legal_form_word',
     'status': 'status_word', 'industry': 'industry_word', 'parent': 'parent_uscc', 'landlord': 'landlord_uscc', 'seen': local_date('updated_at'), 'from': 'registered_date'},
    {'of': 'firms__name_changes', 'key': ['enterprise_no', 'change_no'], 'kind': 'former_name', 'no': 'enterprise_no', 'name': 'old_name', 'key_of_name': true,
     'text': 'old_uscc', 'seen': 'changed_date', 'to': add_days('changed_date', '-1')},
    {'of': 'firms__lease_agreements', 'key': ['agreement_no'], 'kind': 'lease', 'name': 'tenant_name', 'key_of_name': true, 'uscc': 'tenant_uscc',
     'landlord_no': 'landlord_enterprise_no', 'seen': 'signed_date'},
    {'of': 'firms__venue_cameras', 'key': ['camera_code'], 'kind': 'mention', 'no': 'enterprise_no', 'uscc': 'owner_uscc', 'point': 'point', 'seen': local_date('last_seen_at')},
    {'of': 'enforcement__enterprises', 'key': ['firm_no'], 'kind': 'register', 'no': 'firm_no', 'name': 'firm_name', 'uscc': 'uscc', 'scheme': 'LOCAL',
     'address': true, 'point': 'plain', 'status': 'enterprise_status_word', 'industry': 'industry_word'},
    {'of': 'enforcement__blacklist', 'key': ['list_no'], 'kind': 'mention', 'no': 'firm_no', 'name': 'firm_name', 'uscc': 'uscc', 'seen': 'listed_date'},
    {'of': 'emergency__enterprises', 'key': ['firm_no'], 'kind': 'register', 'no': 'firm_no', 'name': 'firm_name', 'key_of_name': true, 'uscc': 'uscc',
     'scheme': 'LOCAL', 'point': 'point', 'industry': 'sector_word'},
    {'of': 'emergency__accidents', 'key': ['accident_no'], 'kind': 'mention', 'name': 'firm_name', 'key_of_name': true, 'uscc': 'uscc', 'scheme': 'LOCAL', 'seen': local_date('occurred_at')},
    {'of': 'emergency__dishonest_firms', 'key': ['record_no'], 'kind': 'mention', 'name': 'firm_name', 'key_of_name': true, 'uscc': 'uscc', 'seen': 'listed_date'},
    {'of': 'emergency__hazards', 'key': ['hazard_no'], 'kind': 'mention', 'name': 'firm_name', 'key_of_name': true, 'uscc': 'uscc', 'scheme': 'LOCAL', 'point': 'point', 'seen': local_date('found_at')},
    {'of': 'emergency__teams', 'key': ['team_no'], 'kind': 'mention', 'name': 'host_name', 'uscc': 'uscc', 'scheme': 'LOCAL', 'point': 'point', 'seen': 'founded_date', 'firm': "uscc is not null or uscc_text is not null"},
    {'of': 'emergency__joint_inspections', 'key': ['record_no'], 'kind': 'mention', 'uscc': 'uscc', 'scheme': 'LOCAL', 'seen': 'planned_date'},
    {'of': 'emergency__plans', 'key': ['plan_no'], 'kind': 'mention', 'uscc': 'uscc', 'scheme': 'LOCAL', 'seen': 'approved_date'},
    {'of': 'emergency__drills', 'key': ['drill_no'], 'kind': 'mention', 'uscc': 'uscc', 'scheme': 'LOCAL', 'seen': 'planned_date'},
    {'of': 'emergency__firm_controls', 'key': ['control_no'], 'kind': 'mention', 'uscc': 'uscc', 'seen': 'stated_date'},
    {'of': 'emergency__self_inspections', 'key': ['record_no'], 'kind': 'mention', 'uscc': 'uscc', 'scheme': 'LOCAL', 'seen': 'inspected_date'},
    {'of': 'emergency__risk_points', 'key': ['point_no'], 'kind': 'mention', 'uscc': 'uscc', 'scheme': 'LOCAL', 'point': 'point', 'seen': 'registered_date'},
    {'of': 'emergency__duty_checks', 'key': ['check_no'], 'kind': 'mention', 'uscc': 'uscc', 'scheme': 'LOCAL', 'seen': local_date('checked_at')},
    {'of': 'fire__inspections', 'key': ['inspection_no'], 'kind': 'mention', 'name': 'firm_name', 'key_of_name': true, 'uscc': 'uscc', 'scheme': 'NBS', 'seen': local_date('inspected_at')},
    {'of': 'fire__fire_hazards', 'key': ['hazard_no'], 'kind': 'mention', 'name': 'firm_name', 'key_of_name': true, 'uscc': 'uscc', 'scheme': 'NBS', 'point': 'point', 'seen': local_date('found_at')},
    {'of': 'fire__control_room_staff', 'key': ['record_no'], 'kind': 'mention', 'name': 'firm_name', 'key_of_name': true, 'uscc': 'uscc', 'seen': 'issued_date'},
    {'of': 'fire__iot_devices', 'key': ['device_no'], 'kind': 'mention', 'uscc': 'uscc', 'scheme': 'NBS', 'point': 'point', 'seen': 'installed_date'},
    {'of': 'fire__teams', 'key': ['team_no'], 'kind': 'mention', 'name': 'host_name', 'uscc': 'uscc', 'scheme': 'NBS', 'point': 'point', 'seen': 'founded_date', 'firm': "uscc is not null or uscc_text is not null"},
    {'of': 'governance__grid_hazards', 'key': ['hazard_no'], 'kind': 'mention', 'name': 'firm_name', 'key_of_name': true, 'scheme': 'NBS', 'point': 'point', 'seen': local_date('found_at')},
    {'of': 'governance__citizen_reports', 'key': ['report_no'], 'kind': 'mention', 'name': 'firm_name', 'key_of_name': true, 'scheme': 'NBS', 'seen': local_date('reported_at')},
    {'of': 'health__medical_institutions', 'key': ['institution_no'], 'kind': 'register', 'no': 'institution_no', 'name': 'institution_name', 'uscc': 'uscc', 'scheme': 'NBS', 'no_code': true, 'address': true, 'point': 'point'},
    {'of': 'police__venue_cameras', 'key': ['camera_code'], 'kind': 'mention', 'name': 'venue_name', 'uscc': 'uscc', 'scheme': 'NBS', 'point': 'plain', 'seen': 'connected_date'},
    {'of': 'police__transfer_receipts', 'key': ['receipt_no'], 'kind': 'mention', 'name': 'firm_name', 'uscc': 'uscc', 'seen': local_date('received_at')},
    {'of': 'traffic__hazmat_vehicles', 'key': ['vehicle_no'], 'kind': 'mention', 'name': 'firm_name', 'uscc': 'uscc', 'seen': 'inspected_date'},
    {'of': 'training__learners', 'key': ['learner_id'], 'kind': 'mention', 'name': 'unit_name', 'uscc': 'uscc', 'scheme': 'NBS', 'no_code': true, 'seen': local_date('registered_at'), 'firm': "unit_kind_word = '企业'"},
    {'of': 'training__manager_certificates', 'key': ['certificate_id'], 'kind': 'mention', 'name': 'unit_name', 'uscc': 'uscc', 'seen': 'issued_date'},
    {'of': 'utilities__electricity_meters', 'key': ['meter_no'], 'kind': 'meter', 'no': 'customer_no', 'meter': 'meter_no', 'name': 'customer_name', 'key_of_name': true, 'uscc': 'uscc', 'scheme': 'NBS', 'no_code': true, 'address': true, 'seen': 'installed_date'},
    {'of': 'utilities__water_meters', 'key': ['meter_no'], 'kind': 'meter', 'no': "'w' || customer_no", 'meter': 'meter_no', 'name': 'customer_name', 'key_of_name': true, 'uscc': 'uscc', 'scheme': 'NBS', 'no_code': true, 'address': true, 'seen': 'installed_date'},
    {'of': 'resources__planning_opinions', 'key': ['opinion_no'], 'kind': 'mention', 'name': 'applicant_name', 'seen': 'received_date'},
    {'of': 'fund__donations', 'key': ['donation_no'], 'kind': 'mention', 'name': 'donor_org_name', 'seen': 'donated_date', 'firm': "donor_kind_word = '企业'"},
    {'of': 'militia__members', 'key': ['period', 'member_no'], 'kind': 'mention', 'name': 'employer_name', 'seen': "cast(substr(period, 1, 4) || '-' || lpad(cast(3 * cast(substr(period, 6, 1) as integer) as string), 2, '0') || '-01' as date)"}
] -%}
{%- set nothing = 'cast(null as string)' -%}
with
{%- for s in sources %}
{%- set silo, table = s.of.split('__') %}
{{ s.of }} as (
    select
        rows_in.district_code,
        '{{ silo }}:{{ table }}:' || {% for k in s.key %}rows_in.{{ k }}{{ " || '/' || " if not loop.last }}{% endfor %} as record_id,
        '{{ silo }}' as silo,
        '{{ table }}' as table_name,
        '{{ s.kind }}' as record_kind,
        {{ "'" ~ silo ~ ":' || " ~ s.no if s.no else nothing }} as silo_number,
        {{ 'rows_in.' ~ s.name if s.name else nothing }} as firm_name,
        {{ ('rows_in.' ~ s.name ~ '_key') if s.key_of_name else (firm_key('rows_in.' ~ s.name) if s.name else nothing) }} as firm_name_key,
        {{ 'rows_in.' ~ s.uscc if s.uscc else nothing }} as uscc,
        {{ 'rows_in.' ~ s.uscc ~ '_text' if s.uscc else ('rows_in.' ~ s.text if s.text else nothing) }} as uscc_text,
        {{ 'rows_in.' ~ s.parent if s.parent else nothing }} as parent_uscc,
        {{ 'rows_in.' ~ s.landlord if s.landlord else nothing }} as landlord_uscc,
        {{ "'" ~ silo ~ ":' || rows_in." ~ s.landlord_no if s.landlord_no else nothing }} as landlord_number,
        {{ 'rows_in.' ~ s.form if s.form else nothing }} as legal_form_word,
        {{ 'rows_in.' ~ s.status if s.status else nothing }} as status_word,
        {{ 'rows_in.' ~ s.industry if s.industry else nothing }} as industry_word,
        {{ town_id_of('rows_in') if s.scheme else nothing }} as town_id,
        {{ 'rows_in.town_name' if s.scheme else nothing }} as town_name,
        {{ 'rows_in.address' if s.address else nothing }} as address,
        {{ "'" ~ table ~ ":' || rows_in." ~ s.meter if s.meter else nothing }} as meter_no,
        cast({{ {'point': 'rows_in.point_lon', 'plain': 'rows_in.lon'}.get(s.point, 'null') }} as decimal(10, 6)) as lon,
        cast({{ {'point': 'rows_in.point_lat', 'plain': 'rows_in.lat'}.get(s.point, 'null') }} as decimal(10, 6)) as lat,
        {{ 'rows_in.' ~ s.phone if s.phone else nothing }} as phone_hash,
        {{ s.seen if s.seen else 'cast(null as date)' }} as seen_date,
        {{ 'rows_in.' ~ s['from'] if s['from'] else 'cast(null as date)' }} as valid_from_date,
        {{ s.to if s.to else 'cast(null as date)' }} as valid_to_date,
        rows_in.landing_ref
    from {{ ref('stg_' ~ s.of) }} as rows_in
    {%- if s.scheme %}
    {{ town_joins('rows_in', s.scheme, code=none if s.no_code else 'town_code') }}
    {%- endif %}
    where ({{ ['rows_in.' ~ s.name ~ ' is not null' if s.name else '', 'rows_in.' ~ s.uscc ~ ' is not null' if s.uscc else '', 'rows_in.' ~ s.uscc ~ '_text is not null' if s.uscc else ''] | select | join(' or ') }})
    {%- if s.firm %} and ({{ s.firm }}){% endif %}
),
{% endfor %}
stated as (
{%- for s in sources %}
    select * from {{ s.of }}{{ ' union all' if not loop.last }}
{%- endfor %}
)

select
    stated.district_code,
    record_id,
    'enterprise' as entity_type,
    silo,
    table_name,
    record_kind,
    silo_number,
    firm_name,
    firm_name_key,
    -- a code that cannot be right as sent is used where a register has the very name under one that is a place apart
    coalesce(stated.uscc, confirmed.confirmed_uscc) as uscc,
    uscc_text,
    parent_uscc,
    landlord_uscc,
    landlord_number,
    legal_form_word,
    status_word,
    industry_word,
    town_id,
    town_name,
    address,
    meter_no,
    -- a point outside the country (swapped, zero) is no place
    case when lon between 73 and 136 and lat between 3 and 54 then lon else null end as lon,
    case when lon between 73 and 136 and lat between 3 and 54 then lat else null end as lat,
    phone_hash,
    coalesce(firm_name, uscc_text) as label,
    {{ fields_shown(['firm_name', 'uscc_text', 'silo_number', 'legal_form_word', 'status_word', 'industry_word', 'town_name', 'address', 'meter_no', 'lon', 'lat', 'valid_from_date', 'valid_to_date', 'seen_date']) }} as shown,
    seen_date,
    valid_from_date,
    valid_to_date,
    stated.landing_ref
from stated
left join (
    select landing_ref, confirmed_uscc from {{ ref('map_uscc_candidates') }} where confirmed_uscc is not null
) as confirmed
    on stated.landing_ref = confirmed.landing_ref

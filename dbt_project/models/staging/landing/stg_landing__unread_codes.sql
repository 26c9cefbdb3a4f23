-- One row per landed row x credit code that has 18 places and a wrong check place, refused rows too: what was sent, the one
-- candidate the reading proposes (if any) and the name beside it. Nothing here is used as a code.
{%- set columns = [
    ['civil', 'social_organisations', 'uscc', 'org_name', false],
    ['emergency', 'accidents', 'uscc', 'firm_name_key', true],
    ['emergency', 'enterprises', 'uscc', 'firm_name_key', true],
    ['emergency', 'hazards', 'uscc', 'firm_name_key', true],
    ['emergency', 'joint_inspections', 'uscc', none, false],
    ['emergency', 'self_inspections', 'uscc', none, false],
    ['emergency', 'teams', 'uscc', 'host_name', false],
    ['enforcement', 'blacklist', 'uscc', 'firm_name_key', true],
    ['enforcement', 'enterprises', 'uscc', 'firm_name', false],
    ['fire', 'control_room_staff', 'uscc', 'firm_name_key', true],
    ['fire', 'fire_hazards', 'uscc', 'firm_name_key', true],
    ['fire', 'inspections', 'uscc', 'firm_name_key', true],
    ['fire', 'iot_devices', 'uscc', none, false],
    ['fire', 'teams', 'uscc', 'host_name', false],
    ['firms', 'enterprises', 'uscc', 'enterprise_name_key', true],
    ['firms', 'venue_cameras', 'owner_uscc', none, false],
    ['health', 'medical_institutions', 'uscc', 'institution_name', false],
    ['police', 'transfer_receipts', 'uscc', 'firm_name', false],
    ['police', 'venue_cameras', 'uscc', 'venue_name_key', true],
    ['traffic', 'hazmat_vehicles', 'uscc', 'firm_name', false],
    ['training', 'learners', 'uscc', 'unit_name', false],
    ['training', 'manager_certificates', 'uscc', 'unit_name', false],
    ['utilities', 'electricity_meters', 'uscc', 'customer_name_key', true],
    ['utilities', 'water_meters', 'uscc', 'customer_name_key', true],
] %}
{% for silo, table_name, column, name, is_key in columns %}
select
    district_code,
    cast('{{ silo }}' as string) as silo,
    cast('{{ table_name }}' as string) as table_name,
    cast('{{ column }}' as string) as column_name,
    {{ code_as_compared(column ~ '_text') }} as sent_code,
    {{ column }}_candidate as candidate_code,
    {{ 'cast(null as string)' if not name else (name if is_key else firm_key(name)) }} as name_key,
    _verdict = 'rejected' as is_refused,
    concat('{{ silo }}/{{ table_name }}/', batch, '#', coalesce(_file, ''), '!', coalesce(_part, ''), ':', cast(_row as string)) as landing_ref
from {{ source('landing', silo ~ '__' ~ table_name) }}
where {{ column }} is null
    and {{ column }}_read_how in ('wrong_check', 'code_candidate')
    and _verdict in ('accepted', 'rejected'){{ known_by('_recorded_at') }}
{{ 'union all' if not loop.last }}
{% endfor %}

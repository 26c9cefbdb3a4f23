-- One row per line of a list of team members: station squads on the bureau's, brigade teams, civil teams.
{%- set lists = [
    ('emergency', 'stg_emergency__team_members', 'team_members', 'role_word'),
    ('fire', 'stg_fire__crew_members', 'crew_members', 'duty_word'),
    ('civil', 'stg_civil__rescue_team_members', 'rescue_team_members', 'origin_word'),
] %}
with squads as ({{ rows_of_towns('stg_emergency__teams', 'LOCAL') }}),

persons as (select * from {{ ref('map_person_records') }})

{% for silo, model, table, post in lists %}
select
    rows_in.district_code,
    '{{ silo }}' as silo,
    rows_in.member_no,
    rows_in.team_no,
    {{ 'squads.town_id' if silo == 'emergency' else 'cast(null as string)' }} as town_id,
    coalesce(persons.person_id, {{ person_id_of('rows_in.person_hash', 'rows_in.name_phone_key') }}) as person_id,
    rows_in.person_name_mask,
    rows_in.{{ post }} as post_word,
    rows_in.joined_date,
    rows_in.left_date,
    rows_in.landing_ref
from {{ ref(model) }} as rows_in
{% if silo == 'emergency' -%}
inner join squads
    on rows_in.district_code = squads.district_code
    and rows_in.team_no = squads.team_no
    and squads.team_class_word = '应急管理站'
{% endif -%}
left join persons
    on rows_in.district_code = persons.district_code
    and {{ record_id_of(silo, table, ['member_no']) }} = persons.record_id
{{ 'union all' if not loop.last }}
{% endfor %}

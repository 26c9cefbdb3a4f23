{#
  One select of fct_person_records: the rows of a staging table as records of the persons they name.
  s: model, silo, table, key (columns), role, and where the table has them: name (landed column, default person_name),
  id (whether it has identity numbers), phone, mask, cert_identity, own (the silo's own number of a person, as SQL), unit
  (as SQL), town (as SQL), seen, from, to (columns of dates).
#}
{% macro person_record(s) -%}
{%- set name = s.get('name', 'person_name') -%}
{%- set text = 'cast(null as ' ~ dbt.type_string() ~ ')' -%}
{%- set day = 'cast(null as date)' -%}
select
    rows_in.district_code,
    '{{ s.silo }}:{{ s.table }}:' || {% for k in s.key %}cast(rows_in.{{ k }} as {{ dbt.type_string() }}){{ " || '/' || " if not loop.last }}{% endfor %}{{ " || ':" ~ s.suffix ~ "'" if s.suffix }} as record_id,
    '{{ s.silo }}' as silo,
    '{{ s.table }}' as table_name,
    '{{ s.role }}' as role_code,
    {{ 'rows_in.' ~ s.seen if s.seen else day }} as seen_date,
    {{ 'rows_in.' ~ s['from'] if s['from'] else day }} as valid_from_date,
    {{ 'rows_in.' ~ s.to if s.to else day }} as valid_to_date,
    {{ s.own or text }} as own_key,
    {{ s.unit or text }} as unit_key,
    {{ s.town or text }} as town_name,
    {{ 'rows_in.person_hash' if s.id else text }} as person_hash,
    {{ 'rows_in.id_number_stem_hash' if s.id else text }} as id_stem_hash,
    {{ s.cert_identity or text }} as cert_identity_hash,
    {{ 'coalesce(rows_in.birth_date, rows_in.id_number_stated_birth_date)' if s.id else day }} as birth_date,
    rows_in.{{ name }}_hash as name_hash,
    rows_in.{{ name }}_pinyin_hash as name_pinyin_hash,
    rows_in.{{ name }}_surname_hash as name_surname_hash,
    rows_in.{{ name }}_given_hash as name_given_hash,
    rows_in.{{ name }}_rare_last_hash as name_rare_last_hash,
    rows_in.{{ name }}_rare_middle_hash as name_rare_middle_hash,
    {{ 'rows_in.' ~ s.phone ~ '_hash' if s.phone else text }} as phone_hash,
    rows_in.{{ s.mask or name }}_mask as person_name_mask,
    {{ 'rows_in.person_id_mask' if s.id else text }} as person_id_mask,
    {{ 'rows_in.' ~ s.phone ~ '_mask' if s.phone else text }} as phone_mask,
    rows_in.landing_ref
from {{ ref('stg_' ~ s.silo ~ '__' ~ s.table) }} as rows_in
{{ s.join or '' }}
{%- endmacro %}

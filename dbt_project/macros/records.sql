{#
  Records of one kind of thing out of several staging tables, as one union. Each source is a dict:
    of       the staged table, <silo>__<table>
    key      columns whose values name a record for good (never a batch number), joined by a slash
    join     more tables, as SQL; the staged one is rows_in
    where    a condition where not every row is about the thing
  and, by the names in `columns`, the SQL of each attribute; what a source does not say is null.
  columns: [[name, type]] in the order of the result. Use: with records as ({{ record_rows(sources, columns) }}).
#}
{% macro record_rows(sources, columns) -%}
{%- for s in sources %}
{%- set silo, table = s.of.split('__') %}
select
    rows_in.district_code,
    {{ record_id_of(silo, table, s.key) }} as record_id,
    '{{ silo }}' as silo,
    '{{ table }}' as table_name,
    {%- for name, type in columns %}
    cast({{ s.get(name) or 'null' }} as {{ type }}) as {{ name }},
    {%- endfor %}
    rows_in.landing_ref
from {{ ref('stg_' ~ s.of) }} as rows_in
{{ s.join or '' }}
{{ 'where ' ~ s.where if s.where }}
{{ 'union all' if not loop.last }}
{%- endfor %}
{%- endmacro %}

{# The id of a record: silo, table and the key that is stable over re-sends. rows names the relation. #}
{% macro record_id_of(silo, table, key, rows='rows_in') -%}
'{{ silo }}:{{ table }}:' || {% for k in key %}cast({{ rows }}.{{ k }} as {{ dbt.type_string() }}){{ " || '/' || " if not loop.last }}{% endfor %}
{%- endmacro %}

{#
  The silo whose list of people in need stands in a period (M4): the first that came of civil affairs, the four platforms, health.
  Body of a CTE: district_code, period, silo.
#}
{% macro first_list_of_people() -%}
select district_code, period, silo
from {{ ref('fct_silo_deliveries') }}
where delivery_status = 'delivered'
    and (
        (silo in ('civil', 'health') and table_name = 'vulnerable_people')
        or (silo = 'governance' and table_name = 'vulnerable_persons')
    )
qualify row_number() over (
    partition by district_code, period
    order by case silo when 'civil' then 1 when 'governance' then 2 else 3 end
) = 1
{%- endmacro %}

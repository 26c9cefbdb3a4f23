{# One row of the named values of method_parameters, each under its own name; for a cross join. #}
{% macro method_values(codes) -%}
select
    {%- for code in codes %}
    max(case when parameter_code = '{{ code }}' then value else null end) as {{ code }}{{ ',' if not loop.last }}
    {%- endfor %}
from {{ ref('method_parameters') }}
{%- endmacro %}

{# The local wall clock of a UTC instant, as a timestamp without zone. #}
{% macro local_clock(ts) -%}{{ ts }} + interval '{{ var("local_offset_hours") }}' hour{%- endmacro %}

{# A figure as short text for the detail of a signal: no more places than asked. #}
{% macro figure(x, places=2) -%}cast(cast({{ x }} as decimal(18, {{ places }})) as {{ dbt.type_string() }}){%- endmacro %}

{#
  The eight columns of a signal, in the order of fct_row_signals. All but `code` are SQL expressions, so that literals are
  quoted by the caller. seen_date: the local day the row speaks of, or nothing. `rows`: the relation that carries district_code and landing_ref.
#}
{% macro signal(code, silo, table_name, entity_id, detail, seen_date='cast(null as date)', rows='') -%}
{%- set of = rows ~ '.' if rows else '' -%}
    {{ of }}district_code,
    cast('{{ code }}' as string) as signal_code,
    cast({{ silo }} as string) as silo,
    cast({{ table_name }} as string) as table_name,
    {{ of }}landing_ref,
    cast({{ entity_id }} as string) as entity_id,
    cast({{ detail }} as string) as detail,
    {{ seen_date }} as seen_date
{%- endmacro %}

{# The last day of the newest assessed period: what a list without a day of its own is judged by. Rules read no clock. #}
{% macro last_day() -%}
cast('{{ var("periods")[-1]["end"] }}' as date)
{%- endmacro %}

{# Whether a UTC instant is the last minute of a month here, 23:59, and of a quarter where `quarter` says so. #}
{% macro is_last_minute(ts, quarter=true) -%}
(
    {{ anlan.local_date(ts) }} = last_day({{ anlan.local_date(ts) }})
    {% if quarter %}and extract(month from {{ anlan.local_date(ts) }}) in (3, 6, 9, 12){% endif %}
    and {{ anlan.seconds_between(ts, anlan.local_midnight(anlan.add_days(anlan.local_date(ts), 1))) }} between 1 and 60
)
{%- endmacro %}

{# Whole minutes as SL 323 writes a duration, h.mm: 150 is 2.30. #}
{% macro hours_and_minutes(x) -%}
case when {{ x }} is null then null else concat(cast(cast(floor({{ x }} / 60) as integer) as {{ dbt.type_string() }}), '.', lpad(cast(cast({{ x }} % 60 as integer) as {{ dbt.type_string() }}), 2, '0')) end

{%- endmacro %}

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

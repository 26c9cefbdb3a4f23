{#
  The accepted rows of a landed table, one per key: the newest batch wins, then the last row of that batch.
  key: list of landed column names. Refused and duplicate rows stay in landing and quarantine.
#}
{% macro newest_accepted(source_name, key) -%}
select *
from {{ source('landing', source_name) }}
where _verdict = 'accepted'
qualify row_number() over (
    partition by district_code, {{ key | join(', ') }}
    order by batch desc, _row desc, landing_ref desc
) = 1
{%- endmacro %}

{#
  The text of a landed column as its department sent it: landing keeps raw text only where it differs from the usual
  text of what was read (`<c>_text`). Call it in a select from newest_accepted; `rows` names the relation where needed.
#}
{% macro as_sent(column, rows='') -%}
{%- set dot = rows ~ '.' if rows else '' -%}
coalesce({{ dot }}{{ column }}_text, {{ anlan.usual_text(dot ~ column, anlan.landed_form(column)) }})
{%- endmacro %}

{# How the usual text of a column of the model's landing source is written: '', 'instant+<hours>' or 'epoch_ms'. #}
{% macro landed_form(column) -%}
{%- set found = namespace(form='') -%}
{%- if execute -%}
{%- for named in model.get('sources') or [] -%}
{%- for node in graph.get('sources', {}).values() -%}
{%- if node.source_name == named[0] and node.name == named[1] and column in node.columns -%}
{%- set found.form = ((node.columns[column].get('config') or {}).get('meta') or {}).get('usual_text', '') -%}
{%- endif -%}
{%- endfor -%}
{%- endfor -%}
{%- endif -%}
{{ return(found.form) }}
{%- endmacro %}

{% macro usual_text(x, form) -%}
{%- if form == 'epoch_ms' -%}{{ anlan.milliseconds(x) }}
{%- elif form.startswith('instant') -%}{{ anlan.wall_clock(x, form[7:]) }}
{%- else -%}cast({{ x }} as {{ dbt.type_string() }})
{%- endif -%}
{%- endmacro %}

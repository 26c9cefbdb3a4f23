{#
  The ten evidence columns, in their order, for a select over rows that carry district_code, period and landing_ref.
  A null numerator and denominator mean: seen, not counted (the reason is in the fact).
#}
{% macro evidence(indicator_code, unit_id, entity_type, entity_id, numerator, denominator, occurred_at='cast(null as timestamp)', landing_ref='landing_ref') -%}
    district_code,
    cast('{{ indicator_code }}' as string) as indicator_code,
    cast({{ unit_id }} as string) as unit_id,
    cast(period as string) as period,
    cast('{{ entity_type }}' as string) as entity_type,
    cast({{ entity_id }} as string) as entity_id,
    cast({{ numerator }} as decimal(18, 6)) as numerator,
    cast({{ denominator }} as decimal(18, 6)) as denominator,
    cast({{ occurred_at }} as timestamp) as occurred_at,
    cast({{ landing_ref }} as string) as landing_ref
{%- endmacro %}

{#
  After a seed is loaded: of a table that judges a quarter (meta judged_by: quarter), only the rows in force on the last day
  of the quarter that is judged stay, so that no model can read a rule of another time. Of other seeds all rows stay.
#}
{% macro keep_in_force() -%}
{%- if model.config.get('meta', {}).get('judged_by') == 'quarter' -%}
delete from {{ this }} where not ({{ anlan.last_day() }} between effective_from and effective_to)
{%- endif -%}
{%- endmacro %}

{# A number the method fixes, as a scalar of the query: one row per parameter_code in force. #}
{% macro parameter(code) -%}
(select value from {{ ref('method_parameters') }} where parameter_code = '{{ code }}' and method_version = '{{ var("method_version") }}')
{%- endmacro %}

{#
  The lines of dim_enterprise_states as they were known at an instant (UTC) and true on a day: the world as we knew it, and
  as it was. known_at: a timestamp expression, or none for all that is known now; true_on: a date expression.
#}
{% macro states_as_of(true_on, known_at=none) -%}
select *
from {{ ref('dim_enterprise_states') }}
where {{ true_on }} <= valid_to_date and (valid_from_date is null or valid_from_date <= {{ true_on }})
    {%- if known_at %}
    and known_from_at <= {{ known_at }} and (known_to_at is null or {{ known_at }} < known_to_at)
    {%- else %}
    and known_to_at is null
    {%- endif %}
{%- endmacro %}

{# The evidence rows of several models, as one union: the only way into a score. #}
{% macro all_evidence(models) -%}
{%- for model in models %}
select district_code, indicator_code, unit_id, period, entity_type, entity_id, numerator, denominator, occurred_at, landing_ref
from {{ ref(model) }}
{{ 'union all' if not loop.last }}
{%- endfor %}
{%- endmacro %}

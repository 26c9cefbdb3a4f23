{#
  Working days, Monday to Friday; public holidays come with the calendar of the hazard loop. weekdays_before counts the
  working days from Monday 1970-01-05 up to and without a day, so that a difference is a number of working days.
#}
{% macro weekdays_before(d) -%}
{%- set n = anlan.days_between("cast('1970-01-05' as date)", d) -%}
cast(5 * floor(cast({{ n }} as decimal(18, 6)) / 7) + least({{ n }} - 7 * floor(cast({{ n }} as decimal(18, 6)) / 7), 5) as integer)
{%- endmacro %}

{# Working days from day a to day b: 0 on the same day, 1 from Friday to Monday. #}
{% macro working_days_between(a, b) -%}
({{ anlan.weekdays_before(b) }} - {{ anlan.weekdays_before(a) }})
{%- endmacro %}

{# The day n working days after d; n is a whole number of working days. #}
{% macro add_working_days(d, n) -%}
{%- set done = anlan.weekdays_before(d) ~ " + cast(" ~ n ~ " as integer)" -%}
{{ anlan.add_days("cast('1970-01-05' as date)", "cast(7 * floor(cast((" ~ done ~ ") as decimal(18, 6)) / 5) + ((" ~ done ~ ") - 5 * floor(cast((" ~ done ~ ") as decimal(18, 6)) / 5)) as integer)") }}
{%- endmacro %}

{# The quarter of a date as text, 2026Q3; null where there is no date (concat skips a null on one engine and not on the other). #}
{% macro quarter_of(d) -%}
case when {{ d }} is null then null else concat(cast(year({{ d }}) as {{ dbt.type_string() }}), 'Q', cast(quarter({{ d }}) as {{ dbt.type_string() }})) end
{%- endmacro %}

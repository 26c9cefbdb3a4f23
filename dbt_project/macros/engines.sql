{# What DuckDB and Spark say differently is said here once (STACK section 9). Rules call these, never the dialect. #}

{# Date difference b - a in whole days. Dates in, integer out. #}
{% macro days_between(a, b) -%}{{ adapter.dispatch('days_between', 'anlan')(a, b) }}{%- endmacro %}
{% macro duckdb__days_between(a, b) -%}cast(date_diff('day', {{ a }}, {{ b }}) as integer){%- endmacro %}
{% macro spark__days_between(a, b) -%}cast(datediff({{ b }}, {{ a }}) as integer){%- endmacro %}

{# Seconds from timestamp a to timestamp b. bigint. #}
{% macro seconds_between(a, b) -%}{{ adapter.dispatch('seconds_between', 'anlan')(a, b) }}{%- endmacro %}
{% macro duckdb__seconds_between(a, b) -%}cast(epoch({{ b }}) - epoch({{ a }}) as bigint){%- endmacro %}
{% macro spark__seconds_between(a, b) -%}cast(timestampdiff(second, {{ a }}, {{ b }}) as bigint){%- endmacro %}

{# date + n days / n months as a date; n may be an expression. #}
{% macro add_days(d, n) -%}{{ adapter.dispatch('add_days', 'anlan')(d, n) }}{%- endmacro %}
{% macro duckdb__add_days(d, n) -%}cast({{ d }} + cast({{ n }} as integer) as date){%- endmacro %}
{% macro spark__add_days(d, n) -%}date_add({{ d }}, cast({{ n }} as integer)){%- endmacro %}

{% macro add_months(d, n) -%}{{ adapter.dispatch('add_months', 'anlan')(d, n) }}{%- endmacro %}
{% macro duckdb__add_months(d, n) -%}cast({{ d }} + to_months(cast({{ n }} as integer)) as date){%- endmacro %}
{% macro spark__add_months(d, n) -%}add_months({{ d }}, cast({{ n }} as integer)){%- endmacro %}

{# The local (Beijing) date of a UTC instant, and the UTC instant at which a local date begins. #}
{% macro local_date(ts) -%}cast({{ ts }} + interval '{{ var("local_offset_hours") }}' hour as date){%- endmacro %}
{% macro local_midnight(d) -%}cast({{ d }} as timestamp) - interval '{{ var("local_offset_hours") }}' hour{%- endmacro %}

{# A UTC instant as the wall clock so many hours east says it, to the second; and as milliseconds since 1970. Text out. #}
{% macro wall_clock(ts, hours) -%}{{ adapter.dispatch('wall_clock', 'anlan')(ts, hours) }}{%- endmacro %}
{% macro duckdb__wall_clock(ts, hours) -%}strftime({{ ts }} + interval '{{ hours }}' hour, '%Y-%m-%d %H:%M:%S'){%- endmacro %}
{% macro spark__wall_clock(ts, hours) -%}date_format({{ ts }} + interval '{{ hours }}' hour, 'yyyy-MM-dd HH:mm:ss'){%- endmacro %}

{% macro milliseconds(ts) -%}{{ adapter.dispatch('milliseconds', 'anlan')(ts) }}{%- endmacro %}
{% macro duckdb__milliseconds(ts) -%}cast(epoch_ms({{ ts }}) as varchar){%- endmacro %}
{% macro spark__milliseconds(ts) -%}cast(unix_millis({{ ts }}) as string){%- endmacro %}

{# n / d as an exact decimal; null when d is 0 or null. Judged numbers are decimals, never doubles. #}
{% macro ratio(n, d, scale=6) -%}
cast(cast(cast({{ n }} as double) / nullif(cast({{ d }} as double), cast(0 as double)) as decimal(28, 9)) as decimal(18, {{ scale }}))
{%- endmacro %}

{# Text of a group, ordered. #}
{% macro join_text(x, separator, order_by) -%}{{ adapter.dispatch('join_text', 'anlan')(x, separator, order_by) }}{%- endmacro %}
{% macro duckdb__join_text(x, separator, order_by) -%}string_agg({{ x }}, '{{ separator }}' order by {{ order_by }}){%- endmacro %}
{% macro spark__join_text(x, separator, order_by) -%}listagg({{ x }}, '{{ separator }}') within group (order by {{ order_by }}){%- endmacro %}

{# Median of a decimal as decimal(18,6): the mean of the middle two. #}
{% macro median_of(x) -%}cast(percentile_cont(0.5) within group (order by cast({{ x }} as double)) as decimal(18, 6)){%- endmacro %}

{# All matches replaced; both engines read [0-9] but not \d. #}
{% macro replace_all(x, pattern, replacement) -%}{{ adapter.dispatch('replace_all', 'anlan')(x, pattern, replacement) }}{%- endmacro %}
{% macro duckdb__replace_all(x, pattern, replacement) -%}regexp_replace({{ x }}, '{{ pattern }}', '{{ replacement }}', 'g'){%- endmacro %}
{% macro spark__replace_all(x, pattern, replacement) -%}regexp_replace({{ x }}, '{{ pattern }}', '{{ replacement }}'){%- endmacro %}

{# Hex digest of text, 32 characters; for keys of ours, never for identities (those are keyed at the door). #}
{% macro digest(x) -%}md5({{ x }}){%- endmacro %}

{#
  What a reviewer is shown of a record: a JSON object of its named columns as text, empty ones left out. Columns are text or
  castable; people only as masks. Text out.
#}
{% macro fields_shown(columns) -%}{{ adapter.dispatch('fields_shown', 'anlan')(columns) }}{%- endmacro %}
{% macro duckdb__fields_shown(columns) -%}
cast(json_merge_patch('{}', json_object({% for c in columns %}'{{ c }}', cast({{ c }} as varchar){{ ', ' if not loop.last }}{% endfor %})) as varchar)
{%- endmacro %}
{% macro spark__fields_shown(columns) -%}
to_json(named_struct({% for c in columns %}'{{ c }}', cast({{ c }} as string){{ ', ' if not loop.last }}{% endfor %}))
{%- endmacro %}

{# Metres between two WGS-84 points in degrees (doubles), on a plane: good within a district. Double out. #}
{% macro metres_between(lon_a, lat_a, lon_b, lat_b) -%}
111195 * sqrt(pow({{ lat_a }} - {{ lat_b }}, 2) + pow(({{ lon_a }} - {{ lon_b }}) * cos(radians(({{ lat_a }} + {{ lat_b }}) / 2)), 2))
{%- endmacro %}

{# Whether a pattern is found in a text. Boolean; null where the text is null. #}
{% macro matches(x, pattern) -%}regexp_extract({{ x }}, '{{ pattern }}') <> ''{%- endmacro %}

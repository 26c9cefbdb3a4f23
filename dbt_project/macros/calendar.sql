{#
  Monday to Friday, holidays not known: what dim_work_days begins with, which is where working days come from. weekdays_before counts
  them from Monday 1970-01-05 up to and without a day, so that a difference is a number of days.
#}
{% macro weekdays_before(d) -%}
{%- set n = anlan.days_between("cast('1970-01-05' as date)", d) -%}
cast(5 * floor(cast({{ n }} as decimal(18, 6)) / 7) + least({{ n }} - 7 * floor(cast({{ n }} as decimal(18, 6)) / 7), 5) as integer)
{%- endmacro %}

{# Days from Monday to Friday from day a to day b: 0 on the same day, 1 from Friday to Monday. #}
{% macro working_days_between(a, b) -%}
({{ anlan.weekdays_before(b) }} - {{ anlan.weekdays_before(a) }})
{%- endmacro %}

{# The quarter of a date as text, 2026Q3; null where there is no date (concat skips a null on one engine and not on the other). #}
{% macro quarter_of(d) -%}
case when {{ d }} is null then null else concat(cast(year({{ d }}) as {{ dbt.type_string() }}), 'Q', cast(quarter({{ d }}) as {{ dbt.type_string() }})) end
{%- endmacro %}

{# The office hours of the method in seconds of the local day, as one row: two spans that make eight hours. Body of a CTE. #}
{% macro office_hours() -%}
select
    cast(60 * work_morning_from_minute as bigint) as morning_from,
    cast(60 * work_morning_to_minute as bigint) as morning_to,
    cast(60 * work_afternoon_from_minute as bigint) as afternoon_from,
    cast(60 * work_afternoon_to_minute as bigint) as afternoon_to,
    cast(60 * (work_morning_to_minute - work_morning_from_minute) as bigint) as morning_seconds,
    cast(60 * (work_morning_to_minute - work_morning_from_minute + work_afternoon_to_minute - work_afternoon_from_minute) as bigint) as day_seconds
from ({{ anlan.method_values(['work_morning_from_minute', 'work_morning_to_minute', 'work_afternoon_from_minute', 'work_afternoon_to_minute']) }}) as told
{%- endmacro %}

{#
  Where an instant stands on the line of working seconds: those before its day and those of its day. `days` is a row of dim_work_days of
  its local day, `hours` the row of office_hours. Null where the year of the day is not announced.
#}
{% macro work_position(ts, days, hours='hours') -%}
{%- set s = anlan.seconds_between(anlan.local_midnight(anlan.local_date(ts)), ts) -%}
{{ days }}.work_day_number * {{ hours }}.day_seconds + case
    when {{ days }}.is_working then
        greatest(least({{ s }}, {{ hours }}.morning_to) - {{ hours }}.morning_from, 0)
        + greatest(least({{ s }}, {{ hours }}.afternoon_to) - {{ hours }}.afternoon_from, 0)
    else 0
end
{%- endmacro %}

{# Which working day a position on that line ends in, from 0: the end of a day belongs to it, not to the next morning. #}
{% macro work_day_of(position, hours='hours') -%}
cast(floor(cast({{ position }} - 1 as decimal(28, 6)) / nullif({{ hours }}.day_seconds, 0)) as bigint)
{%- endmacro %}

{# The instant of a position on the line, given the row of dim_work_days of its working day. #}
{% macro work_instant(position, days, hours='hours') -%}
{%- set r = position ~ " - " ~ days ~ ".work_day_number * " ~ hours ~ ".day_seconds" -%}
{{ anlan.local_midnight(days ~ '.calendar_date') }} + interval '1' second * cast(case
    when {{ r }} <= {{ hours }}.morning_seconds then {{ hours }}.morning_from + {{ r }}
    else {{ hours }}.afternoon_from + {{ r }} - {{ hours }}.morning_seconds
end as integer)
{%- endmacro %}

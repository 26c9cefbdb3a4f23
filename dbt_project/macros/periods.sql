{#
  The rows of a core fact that fall in a period, with `period` and its ends: by an instant (a column ending in _at) or a day.
  Rows without a `unit` (a town, a department) are left out: they are on the lists of what is not resolved. Body of a CTE.
#}
{% macro rows_of_periods(model, day, condition='true', unit='town_id') -%}
{{ anlan.rows_of_spans(model, day, condition, 'periods.start_date', 'periods.start_at', unit) }}
{%- endmacro %}

{# The same for the twelve months to a period's end: for what is too rare to be judged by the quarter. #}
{% macro rows_of_years(model, day, condition='true', unit='town_id') -%}
{%- set first_day = anlan.add_months(anlan.add_days('periods.end_date', 1), '-12') -%}
{{ anlan.rows_of_spans(model, day, condition, first_day, anlan.local_midnight(first_day), unit) }}
{%- endmacro %}

{# The rows of a core fact between a first day, which begins at an instant, and the end of a period. #}
{% macro rows_of_spans(model, day, condition, first_day, first_at, unit) -%}
select
    facts.*,
    periods.period,
    periods.start_date,
    periods.end_date,
    periods.end_before_at
from {{ ref(model) }} as facts
inner join {{ ref('dim_periods') }} as periods
    on facts.district_code = periods.district_code
    {%- if day.endswith('_at') %}
    and facts.{{ day }} >= {{ first_at }}
    and facts.{{ day }} < periods.end_before_at
    {%- else %}
    and facts.{{ day }} between {{ first_day }} and periods.end_date
    {%- endif %}
where facts.{{ unit }} is not null and {{ condition }}
{%- endmacro %}

{# The rows of a core fact that is a register, once for each period, with `period` and `end_date`. Body of a CTE. #}
{% macro rows_at_period_ends(model, condition='true', unit='town_id') -%}
select
    facts.*,
    periods.period,
    periods.end_date
from {{ ref(model) }} as facts
inner join {{ ref('dim_periods') }} as periods on facts.district_code = periods.district_code
where facts.{{ unit }} is not null and {{ condition }}
{%- endmacro %}

{# The rows of a register that stand at a period's end: begun by then (without a day: always there) and not ended. Body of a CTE. #}
{% macro rows_standing(model, since, until, condition='true') -%}
select
    facts.*,
    periods.period,
    periods.end_date
from {{ ref(model) }} as facts
inner join {{ ref('dim_periods') }} as periods
    on facts.district_code = periods.district_code
    and (facts.{{ since }} is null or facts.{{ since }} <= periods.end_date)
    and (facts.{{ until }} is null or facts.{{ until }} > periods.end_date)
where {{ condition }}
{%- endmacro %}

{# One row per month of a period: period, from_date, to_date. Body of a CTE. #}
{% macro months_of_periods() -%}
select
    periods.district_code,
    periods.period,
    {{ anlan.add_months('periods.start_date', 'numbers.n') }} as from_date,
    {{ anlan.add_days(anlan.add_months('periods.start_date', 'numbers.n + 1'), -1) }} as to_date
from {{ ref('dim_periods') }} as periods
cross join (select 0 as n union all select 1 as n union all select 2 as n) as numbers
{%- endmacro %}

{#
  The rows of a register x the months of `months` (a CTE as months_of_periods) for which they are `there` (a condition), with is_met 1
  when an event of the fact `events` with the same `key` falls in the month, when the first did, and the row that proves it.
#}
{% macro met_by_month(register, there, key, events, day, occurred_at, condition='true') -%}
select
    things.district_code,
    things.town_id,
    months.period,
    things.{{ key }},
    months.from_date,
    max(case when events.landing_ref is not null then 1 else 0 end) as is_met,
    min(events.{{ occurred_at }}) as occurred_at,
    coalesce(min(events.landing_ref), things.landing_ref) as landing_ref
from {{ ref(register) }} as things
inner join months
    on things.district_code = months.district_code
    and {{ there }}
left join (select * from {{ ref(events) }} where {{ condition }}) as events
    on things.district_code = events.district_code
    and things.{{ key }} = events.{{ key }}
    and events.{{ day }} between months.from_date and months.to_date
where things.town_id is not null
group by things.district_code, things.town_id, months.period, things.{{ key }}, months.from_date, things.landing_ref
{%- endmacro %}

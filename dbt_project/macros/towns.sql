{#
  Which town a row belongs to. A code is read only with its scheme and date, and the name must agree:
    agree      code (scheme, date) and name say the same town
    name_only  no code, or a code this scheme does not know on that date; the name resolves
    name_wins  code and name resolve to different towns: the present-day name wins, the row is listed
    code_only  no name at all; code, scheme and date resolve
    unresolved anything else; town_id is null and the row is listed in fct_unresolved_towns
  Use: from x {{ town_joins('x', scheme) }} and select {{ town_id_of('x') }} as town_id, {{ town_match_of('x') }} as town_match
  scheme: a literal, 'NBS' | 'MCA' | 'LOCAL' (contract code_scheme), or a column such as x.scheme_code.
  on_date: a date expression, or none = latest period end.
#}
{% macro town_name_key(name) -%}
{{ anlan.replace_all("regexp_replace(coalesce(" ~ name ~ ", ''), '^(浙江省)?(绍兴市)?(柯桥区|绍兴县)?', '')", '(综合)?应急管理站$|人民政府$|街道办事处$|[ 　]', '') }}
{%- endmacro %}

{% macro town_joins(rows, scheme, code='town_code', name='town_name', on_date=none) -%}
{%- set day = on_date if on_date else "cast('" ~ var('periods')[-1]['end'] ~ "' as date)" %}
left join {{ ref('map_town_names') }} as {{ rows }}_town_names
    on {{ rows }}_town_names.name_key = {{ anlan.town_name_key(rows ~ '.' ~ name) if name else "''" }}
left join {{ ref('map_division_codes') }} as {{ rows }}_town_codes
    on {{ rows }}_town_codes.scheme_code = {{ scheme if '.' in scheme else "'" ~ scheme ~ "'" }}
    and {{ rows }}_town_codes.division_code = {{ "substr(" ~ rows ~ "." ~ code ~ ", 1, 9)" if code else "cast(null as string)" }}
    and {{ day }} >= {{ rows }}_town_codes.valid_from_date
    and {{ day }} <= {{ rows }}_town_codes.valid_to_date
{%- endmacro %}

{% macro town_id_of(rows, name='town_name') -%}
case
    when {{ rows }}_town_names.town_id is not null then {{ rows }}_town_names.town_id
    when {{ ("coalesce(" ~ rows ~ "." ~ name ~ ", '') = ''") if name else "true" }} then {{ rows }}_town_codes.town_id
    else null
end
{%- endmacro %}

{% macro town_match_of(rows, name='town_name') -%}
case
    when {{ rows }}_town_names.town_id = {{ rows }}_town_codes.town_id then 'agree'
    when {{ rows }}_town_names.town_id is not null and {{ rows }}_town_codes.town_id is null then 'name_only'
    when {{ rows }}_town_names.town_id is not null then 'name_wins'
    when {{ ("coalesce(" ~ rows ~ "." ~ name ~ ", '') = ''") if name else "true" }} and {{ rows }}_town_codes.town_id is not null then 'code_only'
    else 'unresolved'
end
{%- endmacro %}

{# The rows of a staging model with the town they name, town_id. Body of a CTE; scheme, code and on_date as in town_joins. #}
{% macro rows_of_towns(model, scheme, code='town_code', on_date=none) -%}
select
    rows_in.*,
    {{ anlan.town_id_of('rows_in') }} as town_id
from {{ ref(model) }} as rows_in
{{ anlan.town_joins('rows_in', scheme, code=code, on_date=on_date) }}
{%- endmacro %}

{# The rows of a staging model of the emergency bureau that name a station by its number, with the town it serves, town_id. #}
{% macro rows_of_stations(model) -%}
select
    rows_in.*,
    stations.town_id
from {{ ref(model) }} as rows_in
left join {{ ref('map_station_towns') }} as stations
    on rows_in.district_code = stations.district_code
    and rows_in.station_no = stations.station_no
{%- endmacro %}

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
  What every village must have: one row per village of today x period, numerator 1 when a row of the fact `model` that is `met` (a
  condition) is of it and dated by period end (a row without a date was always there).
#}
{% macro village_evidence(indicator_code, model, met, dated) -%}
select
    villages.district_code,
    '{{ indicator_code }}' as indicator_code,
    villages.town_id as unit_id,
    periods.period,
    'village' as entity_type,
    villages.division_id as entity_id,
    cast(max(case when facts.landing_ref is not null then 1 else 0 end) as decimal(18, 6)) as numerator,
    cast(1 as decimal(18, 6)) as denominator,
    cast(null as timestamp) as occurred_at,
    min(facts.landing_ref) as landing_ref
from {{ ref('dim_divisions') }} as villages
inner join {{ ref('dim_periods') }} as periods on villages.district_code = periods.district_code
left join (select * from {{ ref(model) }} where {{ met }}) as facts
    on villages.district_code = facts.district_code
    and villages.division_id = facts.village_id
    and (facts.{{ dated }} is null or facts.{{ dated }} <= periods.end_date)
where villages.level_code = 'village' and villages.is_current
group by villages.district_code, villages.town_id, periods.period, villages.division_id
{%- endmacro %}

{# One row per plan x period at whose end it is in force: the plan with `period`, `end_date`. Body of a CTE. #}
{% macro plans_in_force(condition='plans.is_of_town and plans.town_id is not null') -%}
select
    plans.*,
    periods.period,
    periods.end_date
from {{ ref('fct_plans') }} as plans
inner join {{ ref('dim_periods') }} as periods
    on plans.district_code = periods.district_code
    and plans.in_force_date <= periods.end_date
    and (plans.abolished_date is null or plans.abolished_date > periods.end_date)
where {{ condition }}
{%- endmacro %}

{#
  The plans of a CTE `plans` (as plans_in_force) of a `unit`, with is_current: approved or revised within the months a plan holds, and
  not past the day its list gives for the next revision; a revision after the approval on the list ends that day. CTEs, the last of which
  is `judged`.
#}
{% macro plans_judged(unit) -%}
revisions as (select * from {{ ref('fct_plan_revisions') }}),

newest as (
    select
        plans.district_code,
        plans.{{ unit }},
        plans.period,
        plans.end_date,
        plans.plan_no,
        plans.review_due_date,
        case when plans.approved_date <= plans.end_date then plans.approved_date else plans.in_force_date end as approved_date,
        max(revisions.revised_date) as revised_date,
        coalesce(max_by(revisions.landing_ref, revisions.revised_date), plans.landing_ref) as landing_ref
    from plans
    left join revisions
        on plans.district_code = revisions.district_code
        and plans.plan_no = revisions.plan_no
        and revisions.revised_date <= plans.end_date
    group by
        plans.district_code, plans.{{ unit }}, plans.period, plans.end_date, plans.plan_no, plans.review_due_date,
        plans.approved_date, plans.in_force_date, plans.landing_ref
),

judged as (
    select
        *,
        case
            when revised_date > approved_date
                then {{ anlan.add_months('revised_date', anlan.parameter('plan_revision_months')) }} > end_date
            else {{ anlan.add_months('approved_date', anlan.parameter('plan_revision_months')) }} > end_date
                and coalesce(review_due_date > end_date, true)
        end as is_current
    from newest
)
{%- endmacro %}

{#
  The lines of the plan of inspections that fall between `first_day` and the end of a period, with `period` and done_count: inspections of
  that line done by then. Body of a CTE.
#}
{% macro planned_inspections(first_day) -%}
select
    plans.district_code,
    plans.town_id,
    periods.period,
    plans.inspection_plan_id,
    plans.planned_count,
    plans.planned_date,
    plans.landing_ref,
    count(inspections.inspection_id) as done_count
from {{ ref('fct_inspection_plan') }} as plans
inner join {{ ref('dim_periods') }} as periods
    on plans.district_code = periods.district_code
    and plans.planned_date between {{ first_day }} and periods.end_date
left join {{ ref('fct_inspections') }} as inspections
    on plans.district_code = inspections.district_code
    and plans.plan_no = inspections.plan_no
    and plans.firm_no = inspections.firm_no
    and inspections.inspected_at < periods.end_before_at
where plans.planned_count > 0
group by
    plans.district_code, plans.town_id, periods.period, plans.inspection_plan_id,
    plans.planned_count, plans.planned_date, plans.landing_ref
{%- endmacro %}

{# 1 where a report was phoned and written within the minutes of the method, else 0. A time that nobody can read is not in time. #}
{% macro told_in_time() -%}
case
    when phone_seconds <= 60 * {{ anlan.parameter('report_phone_minutes') }}
        and written_seconds <= 60 * {{ anlan.parameter('report_written_minutes') }} then 1
    else 0
end
{%- endmacro %}

{# One row per code that a village of today ever had, with the village. Body of a CTE. #}
{% macro villages_by_code() -%}
select division_code, max(division_id) as division_id
from {{ ref('dim_divisions') }}
where level_code = 'village'
group by division_code
{%- endmacro %}

{#
  The rows of a CTE `members` (district_code, town_id, period, `key`, landing_ref and `more` columns) with is_proven 1 where a row of the
  CTE `proofs` fits (`joined`, a condition on both), and the row that proves it, or else its own. Body of a CTE.
#}
{% macro proven_members(key, joined, more=[]) -%}
{%- set columns = ['district_code', 'town_id', 'period', key] + more -%}
select
    {% for c in columns %}members.{{ c }}, {% endfor %}
    max(case when proofs.landing_ref is not null then 1 else 0 end) as is_proven,
    coalesce(min(proofs.landing_ref), members.landing_ref) as landing_ref
from members
left join proofs
    on members.district_code = proofs.district_code
    and {{ joined }}
group by {% for c in columns %}members.{{ c }}, {% endfor %}members.landing_ref
{%- endmacro %}

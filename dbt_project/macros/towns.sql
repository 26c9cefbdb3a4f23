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
  The items of a group of the station standard: one row per item at a station, with a numerator of 1 when accepted by period end,
  and one per town with the number of items there must be (a parameter), so that an item nobody lists is an item that is not there.
#}
{% macro standard_item_evidence(indicator_code, group_code, needed) -%}
select
    items.district_code,
    '{{ indicator_code }}' as indicator_code,
    items.town_id as unit_id,
    periods.period,
    'standard_item' as entity_type,
    items.item_no as entity_id,
    cast(case when items.is_accepted and items.accepted_date <= periods.end_date then 1 else 0 end as decimal(18, 6)) as numerator,
    cast(0 as decimal(18, 6)) as denominator,
    cast(items.accepted_date as timestamp) as occurred_at,
    items.landing_ref
from {{ ref('fct_station_standard_items') }} as items
inner join {{ ref('dim_periods') }} as periods on items.district_code = periods.district_code
where items.item_group_code = '{{ group_code }}' and items.town_id is not null
union all
select
    towns.district_code,
    '{{ indicator_code }}' as indicator_code,
    towns.town_id as unit_id,
    periods.period,
    'station' as entity_type,
    towns.town_id as entity_id,
    cast(0 as decimal(18, 6)) as numerator,
    cast({{ anlan.parameter(needed) }} as decimal(18, 6)) as denominator,
    cast(null as timestamp) as occurred_at,
    cast(null as {{ dbt.type_string() }}) as landing_ref
from {{ ref('dim_towns') }} as towns
inner join {{ ref('dim_periods') }} as periods on towns.district_code = periods.district_code
{%- endmacro %}

{#
  What the norms ask of the store of a town: one row per town x article x period, of two norms of an article the newer; with the names of
  the town, `norm_quantity`, and the row of the norm. Body of a CTE.
#}
{% macro stock_norms_of_towns() -%}
select
    towns.district_code,
    towns.town_id,
    towns.town_name_zh,
    towns.town_name_en,
    towns.cohort_code,
    towns.cohort_name_zh,
    towns.cohort_name_en,
    periods.period,
    periods.end_date,
    norms.norm_no,
    norms.article_code,
    norms.cohort_code as norm_cohort_code,
    norms.base_quantity as norm_quantity,
    norms.landing_ref
from {{ ref('dim_towns') }} as towns
inner join {{ ref('dim_periods') }} as periods on towns.district_code = periods.district_code
inner join {{ ref('fct_stock_norms') }} as norms
    on towns.district_code = norms.district_code
    and norms.cohort_code in ('any', towns.cohort_code)
    and norms.valid_from_date <= periods.end_date
where norms.is_of_town and norms.cohort_code <> 'unknown' and norms.base_quantity > 0
qualify row_number() over (
    partition by towns.district_code, towns.town_id, periods.period, norms.article_code
    order by norms.valid_from_date desc, norms.norm_no desc
) = 1
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

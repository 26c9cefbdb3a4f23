{# Records of one kind of thing with the cluster that linkage gave them: all columns of the record model and of its links. #}
{% macro linked_records(entity) -%}
select
    records.*,
    links.cluster_id,
    links.how as link_how,
    links.probability as link_probability,
    links.reason as link_reason,
    links.model_version
from {{ ref('fct_' ~ entity ~ '_records') }} as records
inner join {{ source('linkage', entity ~ '__links') }} as links
    on records.district_code = links.district_code and records.record_id = links.record_id
{%- endmacro %}

{# Our id of a thing without a number of its own: a letter and 12 places of the digest of its smallest record id. #}
{% macro thing_id(letter, cluster='cluster_id') -%}
'{{ letter }}-' || substr({{ digest(cluster) }}, 1, 12)
{%- endmacro %}

{# Rank of a record by the silo it comes from: the order of `silos`, others last. #}
{% macro silo_rank(silos, column='silo') -%}
case {{ column }} {% for s in silos %}when '{{ s }}' then {{ loop.index }} {% endfor %}else {{ silos | length + 1 }} end
{%- endmacro %}

{#
  What each row of `records` (a CTE: records of one kind of thing with its <entity>_id and a record_kind) states of the thing, a row
  per attribute, as one union. attributes: (attribute_code, value as shown, value as compared, doubt), all SQL; a value of null
  states nothing; doubt (0 where left out) puts a value after all that are doubted less, whatever the silo.
#}
{% macro stated_values(entity, records, attributes) -%}
{%- for attribute in attributes %}
select
    district_code,
    '{{ entity }}' as entity_type,
    {{ entity }}_id as entity_id,
    '{{ attribute[0] }}' as attribute_code,
    record_id,
    silo,
    record_kind,
    cast({{ attribute[1] }} as string) as value_text,
    cast({{ attribute[2] }} as string) as compared_text,
    {{ attribute[3] or '0' }} as doubt_order,
    seen_date,
    landing_ref
from {{ records }}
where {{ attribute[1] }} is not null
{{ 'union all' if not loop.last }}
{%- endfor %}
{%- endmacro %}

{# What stands of each thing, a column per attribute, with the silo and the landed row that won: <attribute>, _silo, _ref. #}
{% macro standing_values(entity, attributes) -%}
select
    district_code,
    entity_id as {{ entity }}_id,
    {%- for code in attributes %}
    max(case when attribute_code = '{{ code }}' then value_text else null end) as {{ code }},
    max(case when attribute_code = '{{ code }}' then silo else null end) as {{ code }}_silo,
    max(case when attribute_code = '{{ code }}' then landing_ref else null end) as {{ code }}_ref{{ ',' if not loop.last }}
    {%- endfor %}
from {{ ref('fct_attribute_values') }}
where entity_type = '{{ entity }}' and is_winner
group by district_code, entity_id
{%- endmacro %}

{# The order of silos for an attribute of a kind of thing, as method_survivorship has it on the last day of the newest period. #}
{% macro survivorship_of(entity='') -%}
select * from {{ ref('method_survivorship') }}
where cast('{{ var("periods")[-1]["end"] }}' as date) between effective_from and effective_to
    {{ "and entity_type = '" ~ entity ~ "'" if entity }}
{%- endmacro %}

{#
  One row per thing of a kind: the values that stand (fct_attribute_values), each with the silo and the landed row that won it; silo
  and landing_ref of the record that stands first, by the silos' order for the name, then the newest; record_count, silo_count.
  columns: [[attribute, column, type]]; the attribute point becomes lon and lat.
#}
{% macro linked_things(entity, columns) -%}
{%- set id = entity ~ '_id' -%}
with standing as (
    {{ anlan.standing_values(entity, columns | map('first') | list) }}
),

believed as (
    {{ anlan.survivorship_of(entity) }} and attribute_code = '{{ entity }}_name'
),

firsts as (
    select
        known.district_code,
        known.{{ id }},
        known.silo,
        known.landing_ref,
        cast(count(*) over (partition by known.district_code, known.{{ id }}) as integer) as record_count
    from {{ ref('map_' ~ entity ~ '_records') }} as known
    inner join {{ ref('fct_' ~ entity ~ '_records') }} as records
        on known.district_code = records.district_code and known.record_id = records.record_id
    left join believed on known.silo = believed.silo
    qualify row_number() over (
        partition by known.district_code, known.{{ id }}
        order by coalesce(believed.precedence, 99), records.seen_date desc nulls last, known.record_id
    ) = 1
),

counted as (
    select district_code, {{ id }}, cast(count(distinct silo) as integer) as silo_count
    from {{ ref('map_' ~ entity ~ '_records') }}
    group by district_code, {{ id }}
)

select
    firsts.district_code,
    firsts.{{ id }},
    {%- for attribute, column, type in columns if attribute != 'point' %}
    cast(standing.{{ attribute }} as {{ type }}) as {{ column }},
    {%- endfor %}
    {%- for attribute, column, type in columns if attribute == 'point' %}
    cast(split_part(standing.point, ' ', 1) as {{ type }}) as lon,
    cast(split_part(standing.point, ' ', 2) as {{ type }}) as lat,
    {%- endfor %}
    firsts.silo,
    {%- for attribute, column, type in columns %}
    standing.{{ attribute }}_silo,
    standing.{{ attribute }}_ref,
    {%- endfor %}
    firsts.record_count,
    counted.silo_count,
    firsts.landing_ref
from firsts
inner join counted on firsts.district_code = counted.district_code and firsts.{{ id }} = counted.{{ id }}
left join standing on firsts.district_code = standing.district_code and firsts.{{ id }} = standing.{{ id }}
{%- endmacro %}

{#
  What each silo claims of a thing's attribute, one of `values` (rows of fct_attribute_values): the standing value where it states
  that anywhere, so that it does not contradict itself, else its best one. A meter says where it hangs, not where the firm is: its
  address fills a gap and contradicts nobody.
#}
{% macro silo_claims(values) -%}
select * from {{ values }}
where attribute_code <> 'address' or coalesce(record_kind, '') <> 'meter'
qualify row_number() over (
    partition by district_code, entity_type, entity_id, attribute_code, silo
    order by case when is_same_as_winner then 0 else 1 end, value_rank
) = 1
{%- endmacro %}

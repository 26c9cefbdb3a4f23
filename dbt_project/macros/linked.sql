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
  One row per thing of a kind: each column's value from the first silo of `silos` that says one, then the newest record;
  silo and landing_ref of the record that stands first; record_count, silo_count.
#}
{% macro linked_things(entity, columns, silos) -%}
{%- set id = entity ~ '_id' -%}
{%- set first = anlan.silo_rank(silos, 'records.silo') ~ ', records.seen_date desc nulls last, records.record_id' -%}
select
    records.district_code,
    known.{{ id }},
    {%- for column in columns %}
    first_value(records.{{ column }} ignore nulls) over (
        partition by records.district_code, known.{{ id }} order by {{ first }}
        rows between unbounded preceding and unbounded following
    ) as {{ column }},
    {%- endfor %}
    records.silo,
    counted.record_count,
    counted.silo_count,
    records.landing_ref
from {{ ref('fct_' ~ entity ~ '_records') }} as records
inner join {{ ref('map_' ~ entity ~ '_records') }} as known
    on records.district_code = known.district_code and records.record_id = known.record_id
inner join (
    select
        district_code,
        {{ id }},
        cast(count(*) as integer) as record_count,
        cast(count(distinct silo) as integer) as silo_count
    from {{ ref('map_' ~ entity ~ '_records') }}
    group by district_code, {{ id }}
) as counted on known.district_code = counted.district_code and known.{{ id }} = counted.{{ id }}
qualify row_number() over (partition by records.district_code, known.{{ id }} order by {{ first }}) = 1
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

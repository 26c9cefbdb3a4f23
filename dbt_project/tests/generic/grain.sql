{#
  The named columns are the key of the model: no two rows share them, and none of them is null. What `filled` names is never null
  either, and what `known` names holds one of its words or nothing. One pass over the model answers for all three; a failing row tells
  its key, how many rows share it, how many lack which column and how many have a word of their own in which.
#}
{% test grain(model, columns, filled=[], known={}) %}
{%- set unknown = {} -%}
{%- for column, words in known.items() -%}{%- do unknown.update({column: column ~ " not in ('" ~ words | join("', '") ~ "')"}) -%}{%- endfor -%}
select
    {{ columns | join(', ') }},
    {% for column in filled -%}
    sum(case when {{ column }} is null then 1 else 0 end) as {{ column }}_missing,
    {% endfor -%}
    {% for column, so in unknown.items() -%}
    sum(case when {{ so }} then 1 else 0 end) as {{ column }}_unknown,
    {% endfor -%}
    count(*) as row_count
from {{ model }}
group by {{ columns | join(', ') }}
having
    count(*) > 1
    {% for column in columns -%}
    or bool_or({{ column }} is null)
    {% endfor -%}
    {% for column in filled -%}
    or bool_or({{ column }} is null)
    {% endfor -%}
    {% for so in unknown.values() -%}
    or bool_or({{ so }})
    {% endfor %}
{% endtest %}

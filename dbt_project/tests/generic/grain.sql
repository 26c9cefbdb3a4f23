{#
  The named columns are the key of the model: no two rows share them, and none of them is null. What `filled` names is never null
  either. One pass over the model answers for both; a failing row tells its key, how many rows share it and how many lack which column.
#}
{% test grain(model, columns, filled=[]) %}
select
    {{ columns | join(', ') }},
    {% for column in filled -%}
    sum(case when {{ column }} is null then 1 else 0 end) as {{ column }}_missing,
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
    {% endfor %}
{% endtest %}

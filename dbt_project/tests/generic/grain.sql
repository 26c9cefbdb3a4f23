{# The named columns are the key of the model: no two rows share them, and none of them is null. #}
{% test grain(model, columns) %}
select {{ columns | join(', ') }}, count(*) as row_count
from {{ model }}
group by {{ columns | join(', ') }}
having count(*) > 1 {% for column in columns %}or bool_or({{ column }} is null) {% endfor %}
{% endtest %}

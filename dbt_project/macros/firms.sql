{# A credit code as it was sent, without blanks and in capitals, so that places can be compared. #}
{% macro code_as_compared(code) -%}
upper({{ anlan.replace_all(code, '[ 　]', '') }})
{%- endmacro %}

{# Whether two credit codes of 18 places differ in exactly one place (dirt list no. 12: repair by one substitution only). #}
{% macro is_one_place_apart(a, b) -%}
(
    length({{ a }}) = 18 and length({{ b }}) = 18
    and ({% for i in range(1, 19) %}case when substr({{ a }}, {{ i }}, 1) = substr({{ b }}, {{ i }}, 1) then 0 else 1 end{{ ' + ' if not loop.last }}{% endfor %}) = 1
)
{%- endmacro %}

{#
  The name a firm has now where a list still writes the former county: 绍兴县 became 柯桥区 in 2013-10 (dirt list no. 3, 13).
  One of the two usual forms, `n` 1 or 2; null where the name does not begin with the county.
#}
{% macro name_after_the_county(name, n) -%}
case when substr({{ name }}, 1, 3) = '绍兴县' then '{{ ['绍兴柯桥', '绍兴市柯桥区'][n - 1] }}' || substr({{ name }}, 4) else null end
{%- endmacro %}

{# The rows of a staging model that name a firm by its silo's own number, with our enterprise_id. Body of a CTE. #}
{% macro rows_of_firms(model, silo='firms', number='enterprise_no') -%}
select
    rows_in.*,
    numbers.enterprise_id
from {{ ref(model) }} as rows_in
inner join {{ ref('map_enterprise_numbers') }} as numbers
    on rows_in.district_code = numbers.district_code
    and numbers.silo = '{{ silo }}'
    and rows_in.{{ number }} = numbers.silo_number
{%- endmacro %}

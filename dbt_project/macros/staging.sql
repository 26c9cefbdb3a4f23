{#
  The accepted rows of a landed table, one per key: the newest batch wins, then the last row of that batch.
  key: list of landed column names. Refused and duplicate rows stay in landing and quarantine.
#}
{% macro newest_accepted(source_name, key) -%}
select *
from {{ source('landing', source_name) }}
where _verdict = 'accepted'
qualify row_number() over (
    partition by district_code, {{ key | join(', ') }}
    order by batch desc, _row desc, landing_ref desc
) = 1
{%- endmacro %}

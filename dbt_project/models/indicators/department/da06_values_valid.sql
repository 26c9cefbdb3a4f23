-- One row per landing table x door rule x period: values checked (denominator) and passed; values with a right check place, code, form and range.
with results as (select * from {{ ref('fct_door_results') }} where indicator_code = 'DA06')

select
{{ evidence('DA06', 'department', 'door_rule', "table_name || ' ' || rule", 'checked_count - failed_count', 'checked_count') }}
from results

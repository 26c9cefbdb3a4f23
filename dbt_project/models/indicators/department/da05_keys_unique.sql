-- One row per landing table x door rule x period: values checked (denominator) and passed; rows whose key stands once in its batch.
with results as (select * from {{ ref('fct_door_results') }} where indicator_code = 'DA05')

select
{{ evidence('DA05', 'department', 'door_rule', "table_name || ' ' || rule", 'checked_count - failed_count', 'checked_count') }}
from results

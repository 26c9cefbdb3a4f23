-- One row per landing table x door rule x period: values checked (denominator) and passed; points with a declared system inside the district.
with results as (select * from {{ ref('fct_door_results') }} where indicator_code = 'DA08')

select
{{ evidence('DA08', 'department', 'door_rule', "table_name || ' ' || rule", 'checked_count - failed_count', 'checked_count') }}
from results

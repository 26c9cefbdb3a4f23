-- One row per landing table x door rule x period: values checked (denominator) and passed; mandatory cells that say something.
with results as (select * from {{ ref('fct_door_results') }} where indicator_code = 'DA04')

select
{{ evidence('DA04', 'department', 'door_rule', "table_name || ' ' || rule", 'checked_count - failed_count', 'checked_count') }}
from results

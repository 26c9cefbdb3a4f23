-- E202: one row per firm on the platform, its best certificate in force at period end or none; numerator = the points its level costs.
select
{{ evidence('E202', 'enterprise_id', 'standard', 'certificate_no', 'lost_points', '1', 'cast(issued_date as timestamp)') }}
from {{ ref('int_enterprise_standards') }}

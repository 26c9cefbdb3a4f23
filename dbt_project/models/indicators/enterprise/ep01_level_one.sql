-- EP01: one row per firm whose best standardisation certificate in force at period end is of level 1.
select
{{ evidence('EP01', 'enterprise_id', 'standard', 'certificate_no', '1', '1', 'cast(issued_date as timestamp)') }}
from {{ ref('int_enterprise_standards') }}
where level_code = 'level_1'

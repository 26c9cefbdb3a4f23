-- One row per number a silo gives a firm (enterprise number, firm number, customer number), with our enterprise. A line of the
-- silo's register speaks before any other row that carries the number.
with records as (select * from {{ ref('map_enterprise_records') }} where silo_number is not null)

select
    district_code,
    silo,
    substr(silo_number, length(silo) + 2) as silo_number,
    enterprise_id,
    landing_ref
from records
qualify row_number() over (
    partition by district_code, silo_number
    order by case record_kind when 'register' then 0 when 'meter' then 1 else 2 end, record_id
) = 1

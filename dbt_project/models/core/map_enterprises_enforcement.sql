-- One row per firm number of the enforcement brigade, with our enterprise. Two numbers with one credit code are one firm.
select
    district_code,
    silo_number as firm_no,
    enterprise_id,
    landing_ref
from {{ ref('map_enterprise_numbers') }}
where silo = 'enforcement'

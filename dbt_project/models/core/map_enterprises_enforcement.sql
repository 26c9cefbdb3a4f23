-- One row per firm number of the enforcement brigade, with our enterprise. Two numbers with one credit code are one firm.
select
    district_code,
    firm_no,
    'E' || uscc as enterprise_id,
    landing_ref
from {{ ref('stg_enforcement__enterprises') }}
where uscc is not null

-- One row per entry of the data catalogue: whose table it is, whether anybody had asked for it, and since when it is accepted.
select
    district_code,
    catalogue_no,
    dept_code as department,
    table_name,
    coalesce(is_new_source, false) and not coalesce(is_required, false) as is_ahead_of_request,
    published_date,
    accepted_date,
    landing_ref
from {{ ref('stg_emergency__data_catalogue') }}

-- One row per record of a store in any silo: which of our stores it means, and how that is known.
with linked as ({{ linked_records('store') }})

select
    district_code,
    record_id,
    {{ thing_id('W') }} as store_id,
    silo,
    table_name,
    link_how,
    link_reason,
    model_version,
    link_probability,
    landing_ref
from linked

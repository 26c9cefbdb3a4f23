-- One row per record of a plan in any silo: which of our plans it means, and how that is known.
with linked as ({{ linked_records('plan') }})

select
    district_code,
    record_id,
    {{ thing_id('L') }} as plan_id,
    silo,
    table_name,
    link_how,
    link_reason,
    model_version,
    link_probability,
    landing_ref
from linked

-- One row per record of a team in any silo: which of our teams it means, and how that is known.
with linked as ({{ linked_records('team') }})

select
    district_code,
    record_id,
    {{ thing_id('T') }} as team_id,
    silo,
    table_name,
    link_how,
    link_reason,
    model_version,
    link_probability,
    landing_ref
from linked

-- One row per record of a station in any silo: which of our stations it means, and how that is known. A town's emergency
-- station has the town's code.
with linked as ({{ linked_records('station') }})

select
    district_code,
    record_id,
    case when kind_code = 'emergency' and town_id is not null then 'S' || town_id else {{ thing_id('S') }} end as station_id,
    silo,
    table_name,
    kind_code,
    link_how,
    link_reason,
    model_version,
    link_probability,
    landing_ref
from linked

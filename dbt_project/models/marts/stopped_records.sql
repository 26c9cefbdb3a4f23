-- One row per record whose cluster grew too large and was taken apart again. People are here as masks only.
select
    cast(district_code as string) as district_code,
    cast(entity_type as string) as entity_type,
    cast(record_id as string) as record_id,
    cast(cluster_id as string) as cluster_id,
    cast(silo as string) as silo,
    cast(table_name as string) as table_name,
    cast(label as string) as label,
    cast(shown as string) as shown,
    cast(reason as string) as reason,
    cast(model_version as string) as model_version,
    cast(landing_ref as string) as landing_ref,
    cast(member_count as integer) as member_count,
    cast(seen_date as date) as seen_date
from {{ ref('fct_stopped_records') }}

-- One row per batch, landed, refused or genesis, from the index that landing derives from its manifests.
with landed as (
    select * from {{ source('landing_index', 'batches') }}
    where true{{ known_by('pulled_at') }}
)

select
    district_code,
    silo,
    table_name,
    batch,
    sequence,
    contract_version,
    source_kind,
    source_name,
    source_sha256,
    rows_sha256,
    status,
    landed,
    accepted,
    rejected,
    duplicate,
    unreadable_files,
    source_row_count,
    period_first,
    period_last,
    pulled_at
from landed

{{ config(materialized='view') }}
-- One row per batch, landed, refused or genesis. A view: landing has decided, nothing is added here.
with landed as (select * from {{ ref('stg_landing__batches') }})

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

-- One row per record that names an enterprise: which enterprise it is, how that was found, how sure it is, and why.
with records as (select * from {{ ref('fct_enterprise_records') }}),

links as (select * from {{ source('linkage', 'enterprise__links') }})

select
    records.district_code,
    records.record_id,
    links.cluster_id as enterprise_id,
    records.silo,
    records.table_name,
    records.record_kind,
    records.silo_number,
    records.label,
    links.how,
    links.reason,
    links.model_version,
    links.probability,
    records.seen_date,
    records.landing_ref
from records
inner join links
    on records.district_code = links.district_code
    and records.record_id = links.record_id

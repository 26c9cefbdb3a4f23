-- One row per record that names an enterprise: the names and codes it gives, the enterprise it is, how that was found and why.
with links as (select * from {{ ref('map_enterprise_records') }}),

records as (select * from {{ ref('fct_enterprise_records') }})

select
    cast(links.district_code as string) as district_code,
    cast(links.record_id as string) as record_id,
    cast(links.enterprise_id as string) as enterprise_id,
    cast(links.silo as string) as silo,
    cast(links.table_name as string) as table_name,
    cast(links.record_kind as string) as record_kind,
    cast(records.silo_number as string) as silo_number,
    cast(records.firm_name as string) as firm_name,
    cast(records.uscc_text as string) as uscc_text,
    cast(records.uscc as string) as uscc,
    cast(links.how as string) as how,
    cast(links.reason as string) as reason,
    cast(links.model_version as string) as model_version,
    cast(links.landing_ref as string) as landing_ref,
    cast(links.probability as decimal(9, 6)) as probability,
    cast(records.seen_date as date) as seen_date,
    cast(records.valid_from_date as date) as valid_from_date,
    cast(records.valid_to_date as date) as valid_to_date
from links
inner join records
    on links.district_code = records.district_code
    and links.record_id = records.record_id

-- One row per report of a hazard: which hazard it is, and how linkage came to say so.
-- The id follows from the reports, never from a counter: the number on the enforcement list where it has one, else a digest
-- of its smallest report.
with records as (select * from {{ ref('fct_hazard_records') }}),

links as (select * from {{ source('linkage', 'hazard__links') }}),

joined as (
    select
        records.district_code,
        records.record_id,
        records.silo,
        records.table_name,
        records.report_no,
        links.cluster_id,
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
),

named as (
    select
        district_code,
        cluster_id,
        min(case when silo = 'enforcement' then report_no else null end) as listed_no,
        min(record_id) as first_record_id,
        cast(count(*) as integer) as report_count
    from joined
    group by district_code, cluster_id
)

select
    joined.district_code,
    joined.record_id,
    coalesce('H' || named.listed_no, 'H-' || substr({{ digest('named.first_record_id') }}, 1, 12)) as hazard_id,
    joined.silo,
    joined.table_name,
    joined.report_no,
    joined.how,
    joined.reason,
    joined.model_version,
    named.report_count,
    joined.probability,
    joined.seen_date,
    joined.landing_ref
from joined
inner join named
    on joined.district_code = named.district_code
    and joined.cluster_id = named.cluster_id

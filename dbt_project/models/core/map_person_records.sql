-- One row per record that names a person: which of our persons it means, and how that is known.
-- A cluster with a good identity number has its person from it. Where one number stands in two clusters (under two names, in
-- review) the one with more records has the number's person, the other its own.
with linked as ({{ linked_records('person') }}),

clusters as (
    select
        district_code,
        cluster_id,
        -- never two in one cluster
        max(person_hash) as person_hash,
        count(*) as record_count
    from linked
    group by district_code, cluster_id
),

named as (
    select
        district_code,
        cluster_id,
        person_hash is null as is_provisional,
        case
            when person_hash is not null
                and row_number() over (partition by district_code, person_hash order by record_count desc, cluster_id) = 1
                then {{ person_id_of('person_hash', 'person_hash') }}
            else {{ thing_id('P') }}
        end as person_id
    from clusters
)

select
    linked.district_code,
    linked.record_id,
    named.person_id,
    linked.silo,
    linked.table_name,
    linked.role_code,
    linked.link_how,
    linked.link_reason,
    linked.model_version,
    linked.link_probability,
    named.is_provisional,
    linked.landing_ref
from linked
inner join named on linked.district_code = named.district_code and linked.cluster_id = named.cluster_id

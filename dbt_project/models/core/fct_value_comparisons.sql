-- One row per entity x attribute x two silos that both state it, for attributes on which a ruling or a person has settled at least
-- one conflict of these two: before that nobody has looked, and agreement would be said of what was never compared.
with stated as (select * from {{ ref('fct_attribute_values') }}),

conflicts as (select * from {{ ref('fct_conflicts') }}),

looked_at as (
    select distinct
        district_code,
        entity_type,
        attribute_code,
        least(winner_silo, loser_silo) as silo_a,
        greatest(winner_silo, loser_silo) as silo_b
    from conflicts
    where is_adjudicated
),

said as ({{ silo_claims('stated') }})

select
    looked_at.district_code,
    looked_at.entity_type,
    one.entity_id,
    looked_at.attribute_code,
    looked_at.silo_a,
    looked_at.silo_b,
    one.value_text as value_a,
    other.value_text as value_b,
    conflicts.entity_id is not null as is_conflict,
    coalesce(conflicts.is_decided, false) as is_decided,
    conflicts.charged_silo,
    one.landing_ref as ref_a,
    other.landing_ref as ref_b
from looked_at
inner join said as one
    on looked_at.district_code = one.district_code
    and looked_at.entity_type = one.entity_type
    and looked_at.attribute_code = one.attribute_code
    and looked_at.silo_a = one.silo
inner join said as other
    on one.district_code = other.district_code
    and one.entity_type = other.entity_type
    and one.entity_id = other.entity_id
    and one.attribute_code = other.attribute_code
    and looked_at.silo_b = other.silo
left join conflicts
    on one.district_code = conflicts.district_code
    and one.entity_type = conflicts.entity_type
    and one.entity_id = conflicts.entity_id
    and one.attribute_code = conflicts.attribute_code
    and (
        (conflicts.winner_silo = looked_at.silo_a and conflicts.loser_silo = looked_at.silo_b)
        or (conflicts.winner_silo = looked_at.silo_b and conflicts.loser_silo = looked_at.silo_a)
    )

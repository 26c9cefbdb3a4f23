-- One row per entity x attribute x silo that states another value than the one that stands; charged only by a person's verdict or a ruling.
select
    cast(district_code as string) as district_code,
    cast(entity_type as string) as entity_type,
    cast(entity_id as string) as entity_id,
    cast(attribute_code as string) as attribute_code,
    cast(loser_silo as string) as loser_silo,
    cast(winner_silo as string) as winner_silo,
    cast(winner_value as string) as winner_value,
    cast(loser_value as string) as loser_value,
    cast(reason_zh as string) as reason_zh,
    cast(reason_en as string) as reason_en,
    cast(difference_unit as string) as difference_unit,
    cast(charged_silo as string) as charged_silo,
    cast(winner_claim as string) as winner_claim,
    cast(loser_claim as string) as loser_claim,
    cast(winner_ref as string) as winner_ref,
    cast(loser_ref as string) as loser_ref,
    cast(difference as decimal(18, 1)) as difference,
    cast(is_adjudicated as boolean) as is_adjudicated,
    cast(is_decided as boolean) as is_decided,
    cast(seen_date as date) as seen_date
from {{ ref('fct_conflicts') }}

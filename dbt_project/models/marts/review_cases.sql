-- One row per pair of records that people are asked about, or have decided: both sides as a reviewer sees them, how likely they
-- are one thing, and why. People are here as masks only.
select
    cast(district_code as string) as district_code,
    cast(entity_type as string) as entity_type,
    cast(left_id as string) as left_id,
    cast(right_id as string) as right_id,
    cast(left_silo as string) as left_silo,
    cast(left_table as string) as left_table,
    cast(left_label as string) as left_label,
    cast(left_entity_id as string) as left_entity_id,
    cast(left_shown as string) as left_shown,
    cast(right_silo as string) as right_silo,
    cast(right_table as string) as right_table,
    cast(right_label as string) as right_label,
    cast(right_entity_id as string) as right_entity_id,
    cast(right_shown as string) as right_shown,
    cast(band as string) as band,
    cast(rule as string) as rule,
    cast(why as string) as why,
    cast(decision as string) as decision,
    cast(model_version as string) as model_version,
    cast(left_landing_ref as string) as left_landing_ref,
    cast(right_landing_ref as string) as right_landing_ref,
    cast(probability as decimal(9, 6)) as probability,
    cast(match_weight as decimal(12, 6)) as match_weight,
    cast(left_seen_date as date) as left_seen_date,
    cast(right_seen_date as date) as right_seen_date
from {{ ref('fct_link_pairs') }}
where band = 'review' or decision is not null

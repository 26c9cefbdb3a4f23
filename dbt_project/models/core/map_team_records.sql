-- One row per record of a team in any silo: which of our teams it means, and how that is known. Provisional where
-- no list of teams has it: no register number, no number of a silo's own, no host firm.
with linked as ({{ linked_records('team') }})

select
    district_code,
    record_id,
    {{ thing_id('T') }} as team_id,
    -- nothing but payments name it, and which team they mean is not told: a mention that waits, no team of its own
    min(case when register_key is null and own_key is null and host_uscc is null then 1 else 0 end)
        over (partition by district_code, cluster_id) = 1 as is_provisional,
    silo,
    table_name,
    link_how,
    link_reason,
    model_version,
    link_probability,
    landing_ref
from linked

-- One row per record of a camera or sensor in any silo: which of our devices it means, and how that is known.
-- A device is called by the number of the list that keeps it: the tower company's, the police's, the water office's, the
-- fire brigade's, the firm's own.
with linked as ({{ linked_records('device') }}),

numbered as (
    select
        *,
        case silo
            when 'towers' then 'TT-' || coalesce(substr(own_key, 8), device_code)
            when 'police' then 'GA-' || device_code
            when 'water' then 'SL-' || device_code
            when 'fire' then 'XF-' || substr(own_key, 6)
            else 'QY-' || device_code
        end as number_silo
    from linked
)

select
    district_code,
    record_id,
    first_value(number_silo) over (
        partition by district_code, cluster_id
        order by {{ silo_rank(['towers', 'police', 'water', 'fire', 'firms']) }}, record_id
    ) as device_id,
    silo,
    table_name,
    link_how,
    link_reason,
    model_version,
    link_probability,
    landing_ref
from numbered

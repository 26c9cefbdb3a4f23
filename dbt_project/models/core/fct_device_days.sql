{{ config(materialized='view') }}
-- One row per device x day: heartbeats due, received, and received with data. A view: read once, the days are many.
with heartbeats as (select * from {{ ref('stg_towers__heartbeats') }})

select
    district_code,
    'TT-' || device_id as device_id,
    {{ local_date('day_at') }} as day_date,
    due_count,
    received_count,
    -- a device that is online and sends no data watches nothing; a count above what was due proves nothing more
    case
        when coalesce(data_count, 0) <= 0 then 0
        when received_count > due_count then due_count
        when received_count < 0 then 0
        else received_count
    end as counted_count,
    coalesce(data_count, 0) <= 0 and received_count > 0 as is_silent,
    day_at,
    landing_ref
from heartbeats

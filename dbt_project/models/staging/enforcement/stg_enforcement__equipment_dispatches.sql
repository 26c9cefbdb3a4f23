-- One row per dispatch of kit: the newest accepted version of what enforcement sent.
with landed as (
    {{ newest_accepted('enforcement__equipment_dispatches', ['dispatch_no']) }}
)

select
    district_code,
    dispatch_no,
    kit_no,
    asked_at,
    left_at,
    {{ as_sent('left_at') }} as left_at_text,
    arrived_at,
    {{ as_sent('arrived_at') }} as arrived_at_text,
    returned_at,
    {{ as_sent('returned_at') }} as returned_at_text,
    landing_ref
from landed

-- One row per dispatch order: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__dispatch_orders', ['order_no']) }}
)

select
    district_code,
    order_no,
    incident_no,
    receiver_type_word,
    team_no,
    dept_code,
    town_code,
    town_name,
    town_read_how,
    order_text,
    issued_at,
    signed_at,
    {{ as_sent('signed_at') }} as signed_at_text,
    done_at,
    {{ as_sent('done_at') }} as done_at_text,
    updated_at,
    landing_ref
from landed

-- One row per ticket: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__collaboration_tickets', ['ticket_no']) }}
)

select
    district_code,
    ticket_no,
    from_unit_no,
    is_station_led,
    to_dept_code,
    kind_word,
    is_owner_undefined,
    hop_count,
    created_at,
    acked_at,
    {{ as_sent('acked_at') }} as acked_at_text,
    due_at,
    done_at,
    {{ as_sent('done_at') }} as done_at_text,
    updated_at,
    landing_ref
from landed

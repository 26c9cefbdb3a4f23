-- One row per event: the newest accepted version of what the four platforms sent.
with landed as (
    {{ newest_accepted('governance__events', ['event_no']) }}
)

select
    district_code,
    event_no,
    platform_word,
    category_word,
    title,
    town_code,
    town_name,
    town_read_how,
    village_code,
    grid_code,
    channel_word,
    emergency_event_no,
    reported_at,
    accepted_at,
    {{ as_sent('accepted_at') }} as accepted_at_text,
    due_at,
    {{ as_sent('due_at') }} as due_at_text,
    done_at,
    {{ as_sent('done_at') }} as done_at_text,
    status_word,
    status_word_code,
    updated_at,
    landing_ref
from landed

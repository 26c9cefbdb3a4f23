-- One row per major hazard: the newest accepted version of what the emergency bureau sent.
with landed as (
    {{ newest_accepted('emergency__major_hazards', ['record_no']) }}
)

select
    district_code,
    record_no,
    hazard_no,
    town_code,
    town_name,
    town_read_how,
    dept_code,
    found_at,
    reported_at,
    {{ as_sent('reported_at') }} as reported_at_text,
    published_at,
    {{ as_sent('published_at') }} as published_at_text,
    handled_at,
    {{ as_sent('handled_at') }} as handled_at_text,
    closed_at,
    {{ as_sent('closed_at') }} as closed_at_text,
    publish_channel_word,
    is_control_valid,
    landing_ref
from landed
